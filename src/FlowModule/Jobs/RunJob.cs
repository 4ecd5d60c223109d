using System.Management.Automation;
using FlowModule.Engine.Runs;

namespace FlowModule.Jobs;

/// <summary>The job of one run: what <c>Invoke-Flow -AsJob</c> returns, and the child jobs of other jobs.</summary>
internal sealed class RunJob : BackgroundJob
{
    private readonly FlowRun _run;

    internal RunJob(JobFeed feed, FlowRun run, string command)
        : base(feed, command, run.Name) => _run = run;

    /// <summary>
    /// Records a final state. The error of a failed run is the reason of the job, as for PowerShell's own jobs; Receive-Job writes it as
    /// an error. A suspended run has not failed.
    /// </summary>
    internal void End(FlowState state)
    {
        bool isSuspended = state.Type == StateType.Paused || state.Run.IsSuspendedWithRoot;
        JobState end = state.IsCompleted || isSuspended ? JobState.Completed : state.Type == StateType.Cancelled ? JobState.Stopped : JobState.Failed;
        End(end, end == JobState.Failed ? (state.Error as ErrorRecord)?.Exception : null);
    }

    /// <inheritdoc/>
    private protected override void Stop(StopRequest request) => _run.Stop(request);
}
