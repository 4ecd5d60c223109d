using FlowModule.Engine.History;
using FlowModule.Engine.History.Relay;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// Writes what a peer on another machine tells of the runs inside its runs. It can only write to the histories of runs that it was sent. Used on the worker's
/// thread.
/// </summary>
/// <param name="channel">The channel to the peer.</param>
/// <param name="stop">Has the peer stop a run.</param>
internal sealed class HistoryRelay(FrameChannel channel, Action<Guid, StopRequest> stop)
{
    private readonly List<RelayedRuns> _histories = [];
    private readonly HistoryRowReader _reader = new();
    private readonly FrameBuilder _frame = new();

    /// <summary>The number by which the peer names the history.</summary>
    internal int NumberOf(RunHistory history)
    {
        int number = _histories.FindIndex(known => known.History == history);
        if (number < 0)
        {
            number = _histories.Count;
            _histories.Add(new RelayedRuns(history, stop));
        }

        return number;
    }

    /// <summary>Writes rows, and tells the peer that they are kept, or why they are not: only then it goes on.</summary>
    internal void Receive(BinaryReader data)
    {
        RelayedRuns runs = _histories[data.Read7BitEncodedInt()];
        HistoryException? fault = runs.Write(_reader.Read(data));
        _frame.Data.Write(fault?.Message ?? string.Empty);
        _frame.TrySend(channel, FrameKind.Recorded);
    }

    /// <summary>The peer is gone: what it has begun has crashed.</summary>
    internal void Lose(string reason) => _histories.ForEach(runs => runs.Lose(reason));
}
