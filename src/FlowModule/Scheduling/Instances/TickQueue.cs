using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Scheduling.Instances;

/// <summary>Waits until the ticks have ended that come before a tick of a scheduled flow.</summary>
/// <param name="history">The history.</param>
/// <param name="tick">The waiting tick.</param>
/// <param name="limit">How long ticks have that were told to stop.</param>
internal sealed class TickQueue(RunHistory history, TickRow tick, TimeSpan limit)
{
    /// <summary>Returns when the tick may start, or when it is cancelled.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="crashed">Receives ticks whose process has died.</param>
    /// <param name="cancellationToken">Cancelled when the tick must not wait any longer.</param>
    internal Task Wait(ScheduledFlow flow, Action<IReadOnlyList<TickRow>> crashed, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => WaitHere(flow, crashed, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void WaitHere(ScheduledFlow flow, Action<IReadOnlyList<TickRow>> crashed, CancellationToken cancellationToken)
    {
        long begin = Environment.TickCount64;
        try
        {
            using var changes = new ChangeWait([history]);
            do
            {
                (IReadOnlyList<TickRow> before, IReadOnlyList<TickRow> dead) = history.Schedules.Ahead(tick);
                crashed(dead);
                if (before.Count == 0)
                {
                    return;
                }

                if (flow.MultipleInstances == MultipleInstances.StopExisting && Environment.TickCount64 - begin >= limit.TotalMilliseconds)
                {
                    foreach (TickRow other in before)
                    {
                        Kill(other);
                    }
                }
            }
            while (changes.Next(cancellationToken));
        }
        catch (HistoryException)
        {
            // Without a history, other ticks are unknown: running matters most.
        }
    }

    /// <summary>
    /// Ends a tick that has not stopped in time. Only its script is killed, if it is one of this machine: its supervising process may supervise other ticks too,
    /// and learns from the history that this one has ended. One of another machine kills its script itself.
    /// </summary>
    private void Kill(TickRow other)
    {
        if (other.Script is { } script && history.Read(store => store.Processes.Find(other.Process)) is { } process
            && ProcessTable.Look(process.Identity with { ProcessId = script.ProcessId, Birth = script.Birth }) == ProcessEvidence.Running)
        {
            ProcessGroup.TryKill(script.ProcessId);
            ProcessGroup.End(script.ProcessId);
        }

        InstanceResult killed = InstanceResult.Cancelled("Another run took its place. It did not stop in time, and was killed.");
        history.Schedules.Change(killed.End(other, history.Clock.GetUtcNow()));
    }
}
