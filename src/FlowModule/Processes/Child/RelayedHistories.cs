using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>
/// The histories of the machine that has sent the runs. What the runs inside them tell of themselves is sent there, and kept there before anything
/// goes on that waits for it.
/// </summary>
/// <param name="channel">The channel to that machine.</param>
internal sealed class RelayedHistories(FrameChannel channel) : IDisposable
{
    private const string Scheme = "caller";

    private readonly object _sending = new();
    private readonly object _gate = new();
    private readonly Dictionary<int, RunHistory> _histories = [];
    private readonly HistoryRowWriter _writer = new();
    private readonly FrameBuilder _frame = new();
    private string? _answer;
    private bool _isOver;

    /// <summary>The history with a number. Nothing is sent before it is used.</summary>
    /// <param name="number">The number.</param>
    /// <param name="place">Where it is, for people.</param>
    internal RunHistory Of(int number, string place)
    {
        if (!_histories.TryGetValue(number, out RunHistory? history))
        {
            var address = HistoryAddress.Parse($"{Scheme}:{place}");
            history = new RunHistory(address, HistoryValues.Instance, TimeProvider.System, new RelayedBackend(batch => Send(number, batch))) { IsElsewhere = true };
            _histories.Add(number, history);
        }

        return history;
    }

    /// <summary>The other machine has kept the rows, or says why not.</summary>
    internal void Answered(string fault)
    {
        lock (_gate)
        {
            _answer = fault;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The other machine is gone: nothing more is kept.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        foreach (RunHistory history in _histories.Values)
        {
            history.Dispose();
        }
    }

    /// <summary>Never called by the thread that reads what the other machine sends: it would wait for itself.</summary>
    private void Send(int number, HistoryBatch batch)
    {
        lock (_sending)
        {
            _frame.Data.Write7BitEncodedInt(number);
            _writer.Write(_frame.Data, batch);
            string? answer = _frame.TrySend(channel, FrameKind.History) ? WaitForAnswer() : null;
            if (answer is not { Length: 0 })
            {
                throw new HistoryException(HistoryFault.Unavailable, answer ?? "The machine that started the run is gone, and with it its history.");
            }
        }
    }

    private string? WaitForAnswer()
    {
        lock (_gate)
        {
            while (_answer is null && !_isOver)
            {
                Monitor.Wait(_gate);
            }

            (string? answer, _answer) = (_answer, null);
            return answer;
        }
    }
}
