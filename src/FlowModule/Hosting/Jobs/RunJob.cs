using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>One run in the background: the job that <c>Invoke-Flow -AsJob</c> gives, and the child jobs of others.</summary>
internal sealed class RunJob : BackgroundJob
{
    private readonly FlowRun _run;

    internal RunJob(JobFeed feed, FlowRun run, string command)
        : base(feed, command, run.Name) => _run = run;

    /// <summary>Whether the run has come to where it cannot go on from. One that was suspended has not failed.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Whether the run was told to stop.</summary>
    internal bool WasStopped { get; private set; }

    /// <summary>
    /// Takes note of a final state. What a run has failed with is the reason of the job, as it is of PowerShell's own; Receive-Job writes it as
    /// an error.
    /// </summary>
    internal void End(FlowState state)
    {
        bool isSuspended = state.Type == StateType.Paused || state.Run.IsSuspendedWithRoot;
        WasStopped = state.Type == StateType.Cancelled && !isSuspended;
        HasFailed = !state.IsCompleted && !WasStopped && !isSuspended;
        End(
            HasFailed ? JobState.Failed : WasStopped ? JobState.Stopped : JobState.Completed,
            HasFailed ? (state.Error as ErrorRecord)?.Exception : null);
    }

    /// <inheritdoc/>
    private protected override void Stop(StopRequest request) => _run.Stop(request);
}
