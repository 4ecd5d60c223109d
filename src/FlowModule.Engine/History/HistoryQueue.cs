using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>The rows that wait to be written. One thread at a time takes from it, any thread adds to it.</summary>
internal sealed class HistoryQueue
{
    private readonly object _gate = new();
    private List<QueuedRow> _waiting = [];
    private List<QueuedRow> _taken = [];
    private long _added;
    private long _done;

    /// <summary>Up to which number all is written, or cannot be.</summary>
    internal long Done => Volatile.Read(ref _done);

    /// <summary>Adds a row, and returns the number up to which <see cref="Done"/> has to be before it is written.</summary>
    /// <param name="row">The row.</param>
    /// <param name="waiting">How many rows wait now.</param>
    internal long Add(in QueuedRow row, out int waiting)
    {
        lock (_gate)
        {
            _waiting.Add(row);
            waiting = _waiting.Count;
            return ++_added;
        }
    }

    /// <summary>Writes the whole queue.</summary>
    /// <param name="write">Writes the rows. If it throws, the rows are dropped all the same.</param>
    internal void Write(Action<List<QueuedRow>> write)
    {
        long last;
        lock (_gate)
        {
            (_waiting, _taken) = (_taken, _waiting);
            last = _added;
        }

        try
        {
            if (_taken.Count > 0)
            {
                write(_taken);
            }
        }
        finally
        {
            // Kept or not: it is done with.
            _taken.Clear();
            Volatile.Write(ref _done, last);
        }
    }
}

/// <summary>A row that waits to be written.</summary>
/// <param name="Owner">The run that it is of.</param>
/// <param name="Row">The row.</param>
internal readonly record struct QueuedRow(IRecordedRun Owner, HistoryRow Row);
