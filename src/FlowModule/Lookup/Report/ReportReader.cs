using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Lookup.Report;

/// <summary>Creates the report of a history and of the registrations beside it.</summary>
/// <param name="history">The history, or null.</param>
/// <param name="registrations">The registrations.</param>
/// <param name="ticks">The outcomes of the registered flows' occurrences.</param>
internal sealed class ReportReader(RunHistory? history, FlowRegistrations registrations, ScheduleRuns ticks)
{
    private const int MostInside = 10;
    private const int MostOccurrences = 100;
    private const int MostNext = 10;

    private static readonly TimeSpan[] Spans = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="HistoryException">The history cannot be read.</exception>
    /// <exception cref="FlowException">The registrations cannot be read.</exception>
    internal FlowReport Read(DateTimeOffset since, DateTimeOffset now)
    {
        FlowRunRecord[] runs = [.. Find(new RunQuery { OnlyTop = true, Since = since }).Concat(Find(new RunQuery { OnlyTop = true, OnlyOpen = true })).DistinctBy(run => run.Id)];
        FlowRegistration[] registered = [.. registrations.All()];
        Array.ForEach(registered, ticks.Note);
        return new FlowReport
        {
            Since = since,
            Until = now,
            Runs = runs,
            Failures = [.. runs.Where(FailureCause.IsFailed).Select(run => Describe(run, FirstInside(run)))],
            Waiting = [.. Find(new RunQuery { States = [nameof(StateType.Paused)] })],
            Schedules = [.. ticks.Last([WildcardPattern.Get("*", WildcardOptions.None)], MostOccurrences).Where(run => run.ScheduledTime >= since && (run.IsLate || run.State is StateType.Failed or StateType.Crashed or StateType.Cancelled))
                .OrderBy(run => run.ScheduledTime)],
            Overdue = [.. registered.Where(IsToRun).SelectMany(flow => Overdue(flow, since, now))],
            Changed = [.. registered.Where(flow => flow.Status is not (FlowRegistrationStatus.Registered or FlowRegistrationStatus.Paused))],
            Next = [.. registered.Where(flow => flow.NextRun >= now).OrderBy(flow => flow.NextRun).Take(MostNext)],
        };
    }

    /// <summary>Returns the runs inside that failed by themselves. A run whose message counts failures is explained by its failed child runs.</summary>
    private FlowReportFailure[] FirstInside(FlowRunRecord run) =>
    [
        .. Find(new RunQuery { Tree = run.Id, States = FailureCause.States }).Where(inside => inside.Id != run.Id && !FailureCause.CountsFailures(inside))
            .OrderBy(inside => inside.EndTime ?? inside.CreatedTime).Take(MostInside).Select(inside => Describe(inside, [])),
    ];

    private static FlowReportFailure Describe(FlowRunRecord run, FlowReportFailure[] inside) =>
        new() { Run = run, Input = RunText.InputOf(run), Reason = StateReason.Line(run.State.Message ?? run.State.Name), Inside = inside };

    private static bool IsToRun(FlowRegistration flow) => flow.Status == FlowRegistrationStatus.Registered;

    /// <summary>Returns the last occurrence in the period that should have started by now, if neither it nor a later one is known.</summary>
    private FlowScheduleTime[] Overdue(FlowRegistration flow, DateTimeOffset since, DateTimeOffset now)
    {
        DateTimeOffset begin = flow.Since > since ? flow.Since.Value : since;
        return LastDue(flow, begin, now - Patience - flow.Schedules.Select(schedule => schedule.Jitter).DefaultIfEmpty().Max()) is { } due
            && !ticks.Last([WildcardPattern.Get(WildcardPattern.Escape(flow.Name), WildcardOptions.IgnoreCase)], 1).Any(run => run.ScheduledTime >= due)
                ? [new FlowScheduleTime(flow.Name, due)]
                : [];
    }

    // The search range grows, because some flows run every minute and some once a month.
    private static DateTimeOffset? LastDue(FlowRegistration flow, DateTimeOffset begin, DateTimeOffset end)
    {
        foreach (TimeSpan span in Spans.Append(end - begin))
        {
            DateTimeOffset? last = null;
            DateTimeOffset time = end - span > begin ? end - span : begin;
            while (flow.Schedules.Min(schedule => schedule.Next(time)) is { } next && next <= end)
            {
                last = time = next;
            }

            if (last is not null)
            {
                return last;
            }
        }

        return null;
    }

    private IReadOnlyList<FlowRunRecord> Find(RunQuery query) => history?.Find(query) ?? [];
}
