using System.Management.Automation.Host;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>Which body is debugged: the one in which the user makes steps comes before all others, until it resumes or its run has ended.</summary>
internal sealed class DebugTurns
{
    private readonly Queue<DebugStop> _waiting = new();
    private FlowRun? _stepping;

    /// <summary>Asks the user about a body that has stopped, now or in its turn.</summary>
    /// <param name="stop">The body.</param>
    /// <param name="host">The user's host.</param>
    internal void Take(DebugStop stop, PSHost host)
    {
        if (_stepping is not null && !IsInside(stop.Run, _stepping))
        {
            _waiting.Enqueue(stop);
            return;
        }

        Ask(stop, host);
    }

    /// <summary>A body has ended: it makes no more steps.</summary>
    internal void Ended(FlowRun run, PSHost host)
    {
        if (ReferenceEquals(_stepping, run))
        {
            _stepping = null;
            AskNext(host);
        }
    }

    private void Ask(DebugStop stop, PSHost host)
    {
        _stepping = stop.Ask(host) ? stop.Run : null;
        AskNext(host);
    }

    private void AskNext(PSHost host)
    {
        while (_stepping is null && _waiting.TryDequeue(out DebugStop? next))
        {
            _stepping = next.Ask(host) ? next.Run : null;
        }
    }

    /// <summary>Whether a run is another one, or inside it: a step over a call can stop in the run that the call has started.</summary>
    private static bool IsInside(FlowRun run, FlowRun other)
    {
        for (FlowRun? around = run; around is not null; around = around.Parent)
        {
            if (ReferenceEquals(around, other))
            {
                return true;
            }
        }

        return false;
    }
}
