using System.Management.Automation;
using FlowModule.Engine.Runs;

namespace FlowModule.Jobs;

/// <summary>One run in the background: the job that <c>Invoke-Flow -AsJob</c> gives, and the child jobs of others.</summary>
internal sealed class RunJob : BackgroundJob
{
    private readonly FlowRun _run;

    internal RunJob(JobFeed feed, FlowRun run, string command)
        : base(feed, command, run.Name) => _run = run;

    /// <summary>
    /// Takes note of a final state. What a run has failed with is the reason of the job, as it is of PowerShell's own; Receive-Job writes it as
    /// an error. A run that was suspended has not failed.
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
