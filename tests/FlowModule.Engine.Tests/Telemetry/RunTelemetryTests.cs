using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Telemetry;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Telemetry;

/// <summary>What a listener in the process hears of runs.</summary>
public sealed class RunTelemetryTests : IDisposable
{
    private readonly DriverRig _rig = new();
    private readonly List<Activity> _stopped = [];
    private readonly List<(string Name, double Value, string Tags)> _measured = [];
    private readonly ActivityListener _spans;
    private readonly MeterListener _figures = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly RunListeners _listeners = RunListeners.None.And(new RunTelemetry(text => text.Replace("secret", "***", StringComparison.Ordinal), error => $"at {error}"));

    public RunTelemetryTests()
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "FlowModule",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _stopped.Add,
        };
        ActivitySource.AddActivityListener(_spans);
        _figures.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "FlowModule")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _figures.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _figures.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _figures.Start();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _figures.Dispose();
    }

    [Fact]
    public void A_run_is_a_span_as_long_as_the_run_with_its_states_as_events_and_an_attempt_inside()
    {
        FlowRun run = Heard(_rig.New());
        _rig.Advance(3);
        _rig.Start(run);
        Assert.Equal(run.Id.ToString(), Inside(run)!.Parent is null ? Span(run).GetTagItem("flow.run.id") : null);
        _rig.Advance(5);
        _rig.End(run);

        Assert.Equal(["attempt", "test-flow"], _stopped.Select(span => span.OperationName));
        Activity span = _stopped[1];
        Assert.Equal((TimeSpan.FromSeconds(5), run.StartTime!.Value.UtcDateTime), (span.Duration, span.StartTimeUtc));
        Assert.Equal(TimeSpan.FromSeconds(5), _stopped[0].Duration);
        Assert.Equal(span.SpanId, _stopped[0].ParentSpanId);
        Assert.Equal(["Running", "Completed"], span.Events.Select(item => item.Name));
        Assert.Equal((ActivityStatusCode.Ok, "Completed", 3.0, 1), (span.Status, span.GetTagItem("flow.state"), span.GetTagItem("flow.run.wait"), span.GetTagItem("flow.run.attempts")));
    }

    [Fact]
    public void Each_attempt_is_a_span_and_one_that_failed_says_why_without_secrets()
    {
        FlowRun run = Heard(_rig.New(DriverRig.Retries(1, 10)));
        _rig.Start(run);
        Inside(run);
        _rig.Advance(2);
        _rig.Fail(run, TestErrors.Failure("the secret is out"));
        _rig.Advance(10);
        _rig.Start(run);
        Inside(run);
        _rig.Advance(4);
        _rig.End(run);

        Assert.Equal(["attempt", "attempt", "test-flow"], _stopped.Select(span => span.OperationName));
        Assert.Equal([2.0, 4.0, 16.0], _stopped.Select(span => span.Duration.TotalSeconds));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Ok, ActivityStatusCode.Ok], _stopped.Select(span => span.Status));
        ActivityEvent thrown = Assert.Single(_stopped[0].Events);
        Assert.Equal("exception", thrown.Name);
        Assert.Contains("the *** is out", thrown.Tags.First(tag => tag.Key == "exception.message").Value!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["Running", "AwaitingRetry", "Retrying", "Completed"], _stopped[2].Events.Select(item => item.Name));
        Assert.Equal(2, _stopped[2].GetTagItem("flow.run.attempts"));
    }

    [Fact]
    public void A_failed_run_has_an_error_and_a_cancelled_one_has_none()
    {
        FlowRun failed = Heard(_rig.New()), cancelled = Heard(_rig.New());
        _rig.Start(failed);
        _rig.Fail(failed, TestErrors.Failure("no disk"));
        _rig.Start(cancelled);
        cancelled.Stop(TestErrors.Cancel);
        _rig.End(cancelled);

        Activity first = _stopped.Single(span => span.GetTagItem("flow.run.id") as string == failed.Id.ToString());
        Activity second = _stopped.Single(span => span.GetTagItem("flow.run.id") as string == cancelled.Id.ToString());
        Assert.Equal((ActivityStatusCode.Error, failed.State.Message), (first.Status, first.StatusDescription));
        Assert.Equal((ActivityStatusCode.Unset, "Cancelled"), (second.Status, second.GetTagItem("flow.state")));
    }

    [Fact]
    public void What_a_body_starts_is_inside_its_attempt()
    {
        FlowRun parent = Heard(_rig.New());
        _rig.Start(parent);
        FlowRun child = _rig.Started(parent: parent, isTask: true);
        _rig.End(child);
        _rig.End(parent);

        Activity attempt = _stopped.Single(span => span.OperationName == "attempt" && span.ParentSpanId == Span(parent).SpanId);
        Assert.Equal(attempt.SpanId, Span(child).ParentSpanId);
        Assert.Equal(_trace, Span(child).TraceId);
    }

    [Fact]
    public void The_span_of_the_attempt_is_current_while_the_body_executes_and_no_longer()
    {
        FlowRun run = Heard(_rig.New());
        _rig.Start(run);
        Activity? before = Activity.Current;
        using (BodySpan.Enter(run, isInSession: false))
        {
            Assert.Equal("attempt", Activity.Current!.OperationName);
        }

        Assert.Same(before, Activity.Current);
        _rig.End(run);
        Assert.Same(before, Activity.Current);
    }

    [Fact]
    public void A_run_whose_spans_another_process_has_has_none_here_but_is_the_parent_of_what_it_starts()
    {
        var elsewhere = new ActivityContext(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        FlowRun run = _rig.New();
        run.Listeners = _listeners;
        RunTrace.BeginElsewhere(run, elsewhere);
        _rig.Start(run);
        FlowRun child = _rig.Started(parent: run);
        _rig.End(child);
        _rig.End(run);

        Assert.Equal(elsewhere.SpanId, Assert.Single(_stopped).ParentSpanId);
        Assert.DoesNotContain(_measured, one => one.Tags.Contains("Flow,", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_are_counted_and_measured()
    {
        _rig.Limits.Set("db", 1, null);
        FlowRun holder = _rig.Started(new RunPolicy { Limits = ["db"] });
        FlowRun run = Heard(_rig.New(new RunPolicy { Limits = ["db"] }));
        _rig.Next(run);
        _rig.Advance(7);
        _rig.End(holder);
        _rig.Start(run);
        _rig.Advance(2);
        _rig.End(run);

        Assert.Contains(_measured, one => one is { Name: "flow.limit.wait.duration", Value: 7 });
        Assert.Contains(_measured, one => one is { Name: "flow.run.wait.duration", Value: 7 });
        Assert.Contains(_measured, one => one is { Name: "flow.run.duration", Value: 2 } && one.Tags.Contains("flow.state=Completed", StringComparison.Ordinal));
        Assert.Equal([1.0, -1.0], _measured.Where(one => one.Name == "flow.runs.active").Select(one => one.Value));
        Assert.Single(_measured, one => one.Name == "flow.runs");
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    public void The_parent_that_the_environment_names_is_read_and_written_as_programs_do(string parent, bool isValid)
    {
        ActivityContext context = TraceEnvironment.Parse(parent, state: null);

        Assert.Equal(isValid, context != default);
        Assert.Equal(isValid ? parent : "00-00000000000000000000000000000000-0000000000000000-00", TraceEnvironment.Format(context));
    }

    /// <summary>Adds a listener to the run, within the test's own trace.</summary>
    private FlowRun Heard(FlowRun run)
    {
        run.Listeners = _listeners;
        Activity.Current = null;
        var around = new Activity("test");
        around.SetParentId(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        around.Start();
        return run;
    }

    private static Activity? Inside(FlowRun run) => RunTrace.Of(run)?.AttemptSpan(run);

    private static Activity Span(FlowRun run) => RunTrace.Of(run)!.Span!;

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = string.Empty;
        foreach ((string name, object? tag) in tags)
        {
            text += $"{name}={tag},";
        }

        if (Activity.Current?.TraceId == _trace || text.Contains("test-flow", StringComparison.Ordinal))
        {
            lock (_measured)
            {
                _measured.Add((instrument.Name, value, text));
            }
        }
    }
}
