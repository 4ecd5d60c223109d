using System.Management.Automation;
using FlowModule.Engine.Storage;
using FlowModule.History;
using FlowModule.Sessions;
using FlowModule.Tasks;

namespace FlowModule.Stopping;

/// <summary>Waits on a pipeline's thread until runs that were told to stop have ended, here or in other processes.</summary>
internal sealed class StopWait(PSCmdlet cmdlet, RunspaceContext context) : IDisposable
{
    /// <summary>How often runs of other processes are checked.</summary>
    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(100);

    private readonly TaskWaiting _here = new(cmdlet, context);
    private readonly ManualResetEventSlim _stopping = new();

    /// <summary>Waits until all have ended, or until the timeout.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    /// <exception cref="FlowException">It would wait for itself.</exception>
    internal void Until(IReadOnlyList<StoppedRun> runs, double? seconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        _here.Until([.. runs.Select(run => run.Here).OfType<FlowRun>()], any: false, seconds);
        foreach (StoppedRun run in runs.Where(run => run.Elsewhere is not null))
        {
            run.LookAgain();
            while (!run.IsOver && !(seconds is { } most && TimeProvider.System.GetElapsedTime(start).TotalSeconds >= most))
            {
                if (_stopping.Wait(LookEach))
                {
                    throw new PipelineStoppedException();
                }

                // Its process may die in the meantime.
                CrashHooks.Sweep(cmdlet, run.Elsewhere!.History);
                run.LookAgain();
            }
        }
    }

    /// <summary>Called from another thread when the pipeline is stopped.</summary>
    internal void Stop()
    {
        _stopping.Set();
        _here.Signal();
    }

    public void Dispose() => _stopping.Dispose();
}
