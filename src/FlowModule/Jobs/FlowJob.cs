using System.Management.Automation;
using FlowModule.Engine.Runs;

namespace FlowModule.Jobs;

/// <summary>The job of a fan-out with <c>-AsJob</c>: each subflow is a child job with its own state, reason and streams.</summary>
internal sealed class FlowJob : BackgroundJob
{
    private readonly JobFeed _feed;

    internal FlowJob(JobFeed feed, string command, IReadOnlyList<RunJob> runs)
        : base(feed, command, name: null)
    {
        _feed = feed;
        foreach (RunJob run in runs)
        {
            ChildJobs.Add(run);
        }
    }

    /// <inheritdoc/>
    public override bool HasMoreData => base.HasMoreData || ChildJobs.Any(static job => job.HasMoreData);

    /// <inheritdoc/>
    private protected override void Stop(StopRequest request) => _feed.Stop(request);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            foreach (Job run in ChildJobs)
            {
                run.Dispose();
            }
        }
    }
}
