using System.Diagnostics;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Telemetry;

/// <summary>Creates the spans and metrics of runs.</summary>
/// <param name="mask">Masks the known secrets in a text.</param>
/// <param name="describe">Returns the host's error object as text, without secrets; null if it has none.</param>
internal sealed class RunTelemetry(Func<string, string> mask, Func<object, string?> describe) : IRunListener
{
    void IRunListener.Began(FlowRun run)
    {
        if (RunTrace.Of(run) is not null)
        {
            // Another process has its spans.
            return;
        }

        Activity? span = Activities.Start(run.FlowName, ParentOf(run), run.CreatedTime);
        if (span is { IsAllDataRequested: true })
        {
            Describe(span, run);
        }

        RunTrace.Begin(run, span);
        FlowTelemetry.Metrics.Began(run);
    }

    void IRunListener.Entered(FlowRun run, FlowState state, int index, bool isOver)
    {
        if (RunTrace.Of(run) is not { IsElsewhere: false } trace)
        {
            return;
        }

        string? message = Message(run, state.Message);
        if (trace.Limits is { Since: { } since, Total: var total })
        {
            trace.Limits = (total + (state.Timestamp - since), null);
        }

        if (state is { Type: StateType.Scheduled, Name: StateNames.AwaitingConcurrencySlot })
        {
            trace.Limits = (trace.Limits.Total, state.Timestamp);
        }

        if (isOver || state.Type == StateType.Scheduled)
        {
            trace.EndAttempt(state.Type == StateType.Scheduled ? new FlowState(run, StateType.Failed, state.Timestamp) : state, message);
        }

        if (trace.Span is not { Duration.Ticks: 0 } span)
        {
            return;
        }

        if (state.Type == StateType.Running && run.StartTime == state.Timestamp)
        {
            // The span has the duration of the run. A tag contains the waiting time before it.
            span.SetTag("flow.run.wait", (state.Timestamp - run.CreatedTime).TotalSeconds);
            span.SetStartTime(state.Timestamp.UtcDateTime);
        }

        span.AddEvent(new ActivityEvent(state.Name, state.Timestamp, StateTags(state, message)));
        if (isOver)
        {
            span.SetEndTime(state.Timestamp.UtcDateTime);
            span.SetTag("flow.run.attempts", run.Attempt).SetTag("flow.state", state.Type.ToString()).SetTag("flow.state.name", state.Name);
            Activities.SetStatus(span, state, message);
        }
    }

    void IRunListener.Threw(FlowRun run, RunFailure failure)
    {
        if (RunTrace.Of(run)?.AttemptSpan(run) is { IsAllDataRequested: true } attempt && Message(run, failure.Message) is { } message)
        {
            ActivityTagsCollection tags = new() { ["exception.message"] = message };
            if (describe(failure.Error) is { } text)
            {
                tags["exception.stacktrace"] = text;
            }

            attempt.AddEvent(new ActivityEvent("exception", tags: tags));
        }
    }

    void IRunListener.Ended(FlowRun run)
    {
        if (RunTrace.Of(run) is { IsElsewhere: false } trace)
        {
            trace.End();
            FlowTelemetry.Metrics.Ended(run, trace.Limits.Total);
        }
    }

    /// <summary>Returns the attempt of the parent run; without one, the current activity of the program, otherwise the parent from the environment.</summary>
    private static ActivityContext ParentOf(FlowRun run) =>
        RunTrace.ContextIn(run.Around) is var around && around != default ? around : Activity.Current is null ? TraceEnvironment.Read() : default;

    private void Describe(Activity span, FlowRun run)
    {
        span.SetTag("flow.run.id", run.Id.ToString()).SetTag("flow.run.name", run.Name).SetTag("flow.run.kind", run.Kind.ToString()).SetTag("flow.name", run.FlowName);
        if (run.Instance is { } instance)
        {
            span.SetTag("flow.schedule", instance.Name).SetTag("flow.scheduled_time", instance.Time.ToString("O"));
        }

        if (run.Tag.Length > 0)
        {
            span.SetTag("flow.tags", run.Tag);
        }

        if (run.HasInput && Message(run, run.Flow.DescribeInput(run)) is { } input)
        {
            span.SetTag("flow.run.input", input);
        }
    }

    private static ActivityTagsCollection StateTags(FlowState state, string? message)
    {
        ActivityTagsCollection tags = new() { ["flow.state"] = state.Type.ToString() };
        if (message is not null)
        {
            tags["flow.state.message"] = message;
        }

        return tags;
    }

    /// <summary>Returns a text without secrets; null for runs that are not recorded, because their secrets are unknown.</summary>
    private string? Message(FlowRun run, string? text) => text is null || (run.Listeners.Own is null && HasSecrets(run)) ? null : mask(text);

    private static bool HasSecrets(FlowRun? run)
    {
        for (; run is not null; run = run.Parent)
        {
            if (run.Policy.Secrets.Count > 0)
            {
                return true;
            }
        }

        return false;
    }
}
