using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FlowModule.Engine.Telemetry;

/// <summary>The metrics of runs. Durations are in seconds.</summary>
internal sealed class RunMetrics
{
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _limits;

    internal RunMetrics(Meter meter)
    {
        _active = meter.CreateUpDownCounter<long>("flow.runs.active", "{run}", "Runs that have begun and are not over, by kind.");
        _ended = meter.CreateCounter<long>("flow.runs", "{run}", "Runs that are over, by flow, kind and state.");
        _retries = meter.CreateCounter<long>("flow.run.retries", "{attempt}", "Attempts that failed and were followed by another.");
        _duration = meter.CreateHistogram<double>("flow.run.duration", "s", "From the start of a run's body to its final state.");
        _queue = meter.CreateHistogram<double>("flow.run.wait.duration", "s", "From the making of a run to the start of its body: for a worker, a limit, or what it depends on.");
        _limits = meter.CreateHistogram<double>("flow.limit.wait.duration", "s", "The part of it for which the run waited for a slot of its limits.");
    }

    /// <summary>Whether any metric has a listener.</summary>
    internal bool AreWanted => _active.Enabled || _ended.Enabled || _duration.Enabled || _queue.Enabled || _limits.Enabled || _retries.Enabled;

    internal void Began(FlowRun run) => _active.Add(1, Kind(run));

    /// <param name="run">The run, in its final state.</param>
    /// <param name="limits">How long it waited for slots.</param>
    internal void Ended(FlowRun run, TimeSpan limits)
    {
        _active.Add(-1, Kind(run));
        FlowState state = run.State;
        TagList tags = [new("flow.name", run.FlowName), Kind(run)];
        if (run.Attempt > run.FirstAttempt)
        {
            _retries.Add(run.Attempt - run.FirstAttempt, tags);
        }

        if (limits > TimeSpan.Zero)
        {
            _limits.Record(limits.TotalSeconds, tags);
        }

        tags.Add("flow.state", state.Type.ToString());
        tags.Add("flow.state.name", state.Name);
        _ended.Add(1, tags);
        if (run.StartTime is { } start)
        {
            _queue.Record((start - run.CreatedTime).TotalSeconds, tags);
            _duration.Record((state.Timestamp - start).TotalSeconds, tags);
        }
    }

    private static KeyValuePair<string, object?> Kind(FlowRun run) => new("flow.run.kind", run.Kind.ToString());
}
