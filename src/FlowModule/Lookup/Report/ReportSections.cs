using System.Globalization;

namespace FlowModule.Lookup.Report;

/// <summary>The sections of a report, the same for text and page.</summary>
internal static class ReportSections
{
    private const int MostLines = 20;

    /// <summary>Returns the headings with their lines, most important first. Empty sections are left out.</summary>
    internal static IEnumerable<(string Heading, IReadOnlyList<string> Lines)> Of(FlowReport report) => new[]
    {
        Section("Failed", report.Failures, Failure),
        Section("Waiting for a person", report.Waiting, run => [$"{Time(run.CreatedTime)}  {Name(run)}: {run.State.Name}{(run.State.Message is { } message ? $". {message}" : null)}"]),
        Section("Late, skipped or failed occurrences", report.Schedules, run => [$"{Time(run.ScheduledTime)}  {run.Name}: {run.StateName}{(run.IsLate ? ", late" : null)}{(run.Message is { } message ? $". {message}" : null)}"]),
        Section("Overdue", report.Overdue, due => [$"{Time(due.Time)}  {due.Name}: nothing has started it"]),
        Section("Registrations that do not work", report.Changed, flow => [$"{flow.Name} ({flow.Using}): {flow.Status}{(flow.Message is { } message ? $". {message}" : null)}"]),
        Section("Flow runs", [.. report.Runs.GroupBy(run => $"{run.FlowName}: {run.State.Name}", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)], group => [string.Create(CultureInfo.InvariantCulture, $"{group.Count(),4}  {group.Key}")]),
        Section("Next", report.Next, flow => [$"{Time(flow.NextRun!.Value)}  {flow.Name}{(flow.LastState is { } last ? $" (last: {last})" : null)}"]),
    }.Where(section => section.Lines.Count > 0);

    internal static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Failure(FlowReportFailure failure) =>
        [$"{Time(failure.Run.EndTime ?? failure.Run.CreatedTime)}  {failure}", .. failure.Inside.Select(inside => $"    {inside}")];

    private static string Name(FlowRunRecord run) => $"{run.FlowName} '{run.Name}'";

    private static (string Heading, IReadOnlyList<string> Lines) Section<T>(string heading, IReadOnlyList<T> items, Func<T, IEnumerable<string>> describe)
    {
        List<string> lines = [.. items.Take(MostLines).SelectMany(describe)];
        if (items.Count > MostLines)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"and {items.Count - MostLines} more"));
        }

        return (heading, lines);
    }
}
