using System.Globalization;
using System.Text;

namespace FlowModule.Lookup.Report;

/// <summary>A report as text, for a terminal, a file or a mail.</summary>
internal static class ReportText
{
    internal static string Summary(FlowReport report)
    {
        string runs = string.Create(CultureInfo.InvariantCulture, $"{report.Runs.Length} flow run{(report.Runs.Length == 1 ? null : "s")} since {ReportSections.Time(report.Since)} on {report.ComputerName}");
        string[] bad =
        [
            .. Count(report.Failures.Length, "failed"), .. Count(report.Waiting.Length, "waiting for a person"),
            .. Count(report.Schedules.Length, "late, skipped or failed occurrences"), .. Count(report.Overdue.Length, "overdue"), .. Count(report.Changed.Length, "registrations that do not work"),
        ];
        return bad.Length == 0 ? $"{runs}: all is well." : $"{runs}: {string.Join(", ", bad)}.";
    }

    internal static string Of(FlowReport report)
    {
        var text = new StringBuilder(Summary(report));
        foreach ((string heading, IReadOnlyList<string> lines) in ReportSections.Of(report))
        {
            text.Append("\n\n").Append(heading);
            foreach (string line in lines)
            {
                text.Append("\n  ").Append(line);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Count(int count, string what) => count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{count} {what}")];
}
