using System.Collections.Concurrent;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>
/// A command that debugs one run: the stops of its body come here, and not to the command that started it. Disposed when the command ends; the body
/// then continues.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="detach">Called once, when the command ends.</param>
internal sealed class DebugAttachment(FlowRun run, Action<DebugAttachment> detach) : IDisposable
{
    private readonly BlockingCollection<DebugStop> _stops = [];

    internal FlowRun Run => run;

    /// <summary>Passes a stop to the command. Returns false if it debugs no more.</summary>
    internal bool TryOffer(DebugStop stop)
    {
        try
        {
            return _stops.TryAdd(stop);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The body has ended.</summary>
    internal void Ended() => _stops.CompleteAdding();

    /// <summary>Waits for the next stop; null if the body has ended.</summary>
    /// <exception cref="OperationCanceledException">The command is being stopped.</exception>
    internal DebugStop? Next(CancellationToken stopping) => _stops.TryTake(out DebugStop? stop, Timeout.Infinite, stopping) ? stop : null;

    public void Dispose()
    {
        detach(this);
        _stops.CompleteAdding();
        while (_stops.TryTake(out DebugStop? stop))
        {
            stop.Refuse("Debug-FlowRun has ended");
        }
    }
}
