using System.Globalization;
using System.Text;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>A report as a person reads it.</summary>
internal static class FailureReportText
{
    private const int LongestMessage = 200;

    /// <summary>All of it in one line: "'nightly' failed on db1: exit code 1".</summary>
    internal static string Line(FailureReport report) => report.Words is { Title: { } title } ? title
        : report.Count == 1 ? $"{Subject(report)}: {Why(report)}" : $"{Subject(report)}, the last: '{report.ScheduleName}' {Verb(report)}: {Why(report)}";

    /// <summary>What a mail is headed with.</summary>
    internal static string Subject(FailureReport report) => report.Words is { Title: { } title } ? title
        : report.Count == 1
        ? $"'{report.ScheduleName}' {Verb(report)} on {report.Computer}"
        : string.Create(CultureInfo.InvariantCulture, $"{report.Count} scheduled runs failed on {report.Computer}");

    /// <summary>The whole of it, in lines.</summary>
    internal static string Write(FailureReport report)
    {
        if (report.Words is { Text: { } whole })
        {
            return whole;
        }

        var text = new StringBuilder();
        text.Append(Subject(report)).Append('.').AppendLine().AppendLine();
        Add(text, "Schedule", report.Count > 1 ? report.ScheduleName + ", the last of them" : null);
        Add(text, "State", report.StateName);
        Add(text, "Message", report.Message);
        Add(text, "Exit code", report.ExitCode.ToString(CultureInfo.InvariantCulture));
        Add(text, "Scheduled", Text(report.ScheduledTime));
        Add(text, "Started", report.StartTime is { } start ? Text(start) : "not at all");
        Add(text, "Ended", report.EndTime is { } end ? Text(end) : "not known");
        Add(text, "Script", report.ScriptPath);
        Add(text, "Log", report.LogPath);
        if (report.Runs.Count > 0)
        {
            text.AppendLine().AppendLine("Flow runs:");
            foreach (FailureReportRun run in report.Runs)
            {
                text.Append("  ").Append(run.StateName).Append("  ").Append(run.FlowName).Append(" (").Append(run.Name).Append(", ").Append(run.Id).Append(')');
                text.AppendLine(run.Message is { Length: > 0 } message ? $": {OneLine(message)}" : string.Empty);
            }
        }

        if (report.Others.Count > 0)
        {
            text.AppendLine().AppendLine(report.Others.Count + 1 < report.Count ? $"The last {report.Others.Count} before it:" : "Those before it:");
            foreach (FailureReport other in report.Others)
            {
                text.Append("  ").Append(Text(other.ScheduledTime)).Append("  '").Append(other.ScheduleName).Append("' ").Append(Verb(other)).Append(": ").AppendLine(Why(other));
            }
        }

        if (report.LogLines.Count > 0)
        {
            text.AppendLine().AppendLine("The end of the log:");
            foreach (string line in report.LogLines)
            {
                text.Append("  ").AppendLine(line);
            }
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append((label + ":").PadRight(12)).AppendLine(value);
        }
    }

    private static string Why(FailureReport report) =>
        report.Message is { Length: > 0 } message ? OneLine(message) : string.Create(CultureInfo.InvariantCulture, $"exit code {report.ExitCode}");

    private static string Verb(FailureReport report) => report.State switch
    {
        StateType.Failed => "failed",
        StateType.Crashed => "crashed",
        _ => $"ended {report.StateName}",
    };

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string OneLine(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestMessage ? line : line[..(LongestMessage - 3)] + "...";
    }
}
