using System.ComponentModel;
using System.Management.Automation;
using System.Reflection;
using FlowModule.Engine.Runs;

namespace FlowModule.Jobs;

/// <summary>
/// What PowerShell's job cmdlets need of runs in the background. The job is already running when it is returned, and ends by itself; the only
/// other operation is to stop it.
/// </summary>
internal abstract class BackgroundJob : Job2
{
    // A protected member of Job2 that is missing in PowerShellStandard.Library.
    private static readonly Action<Job2, JobState, Exception?> SetStateWithReason = typeof(Job2)
        .GetMethod("SetJobState", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(JobState), typeof(Exception)])!
        .CreateDelegate<Action<Job2, JobState, Exception?>>();

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private readonly JobFeed _feed;

    private protected BackgroundJob(JobFeed feed, string command, string? name)
        : base(command, name)
    {
        PSJobTypeName = nameof(FlowJob);
        _feed = feed;
    }

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <inheritdoc/>
    public override string StatusMessage => string.Empty;

    /// <inheritdoc/>
    public override bool HasMoreData =>
        Output.Count + Error.Count + Information.Count + Warning.Count + Verbose.Count + Debug.Count + Progress.Count > 0;

    /// <summary>Whether its state is final.</summary>
    internal bool HasEnded => _ended.Task.IsCompleted;

    /// <inheritdoc/>
    public override void StopJob() => StopJob(force: true, reason: string.Empty);

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason)
    {
        Stop(RequestFor(reason));

        // Listeners of a job's state are called on the thread that would end the job, so it must not wait for itself.
        if (!_feed.IsThisThread)
        {
            _ended.Task.Wait();
        }
    }

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(force: true, reason: string.Empty);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason)
    {
        Stop(RequestFor(reason));
        _ = _ended.Task.ContinueWith(_ => OnStopJobCompleted(new AsyncCompletedEventArgs(error: null, cancelled: false, userState: null)), TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public override void StartJob() => throw NotPossible();

    /// <inheritdoc/>
    public override void StartJobAsync() => throw NotPossible();

    /// <inheritdoc/>
    public override void SuspendJob() => throw NotPossible();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NotPossible();

    /// <inheritdoc/>
    public override void SuspendJobAsync() => throw NotPossible();

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => throw NotPossible();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NotPossible();

    /// <inheritdoc/>
    public override void ResumeJobAsync() => throw NotPossible();

    /// <inheritdoc/>
    public override void UnblockJob() => throw NotPossible();

    /// <inheritdoc/>
    public override void UnblockJobAsync() => throw NotPossible();

    /// <summary>Sets the state to running.</summary>
    internal void Begin()
    {
        lock (_gate)
        {
            if (JobStateInfo.State == JobState.NotStarted)
            {
                SetJobState(JobState.Running);
            }
        }
    }

    /// <summary>Sets the final state.</summary>
    internal void End(JobState state, Exception? reason = null)
    {
        try
        {
            lock (_gate)
            {
                SetStateWithReason(this, state, reason);
            }
        }
        catch (ObjectDisposedException)
        {
            // A listener of the job's state may have removed it, on this thread.
        }
        finally
        {
            // Released last, so that a waiting Stop-Job finds the final state, and a removal does not happen during this call.
            _ended.TrySetResult();
        }
    }

    /// <summary>Tells its runs to stop. Returns at once.</summary>
    private protected abstract void Stop(StopRequest request);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !HasEnded)
        {
            StopJob();
        }

        base.Dispose(disposing);
    }

    private StopRequest RequestFor(string? reason) =>
        new(StopKind.Cancelled, string.IsNullOrWhiteSpace(reason) ? $"Job '{Name}' was stopped." : $"Job '{Name}' was stopped: {reason}");

    private static NotSupportedException NotPossible() =>
        new("A job of flow runs starts when it is created, and can only be stopped. Suspend-FlowRun suspends a run, and Resume-FlowRun continues it.");
}
