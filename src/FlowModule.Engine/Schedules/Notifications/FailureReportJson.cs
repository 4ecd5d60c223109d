using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>A report as JSON. Its names and their meaning are documented (New-FlowNotification) and stay as they are; others may be added.</summary>
internal static class FailureReportJson
{
    private const int FormatVersion = 1;

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions AsciiOptions = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Default };

    /// <summary>The report's JSON.</summary>
    /// <param name="report">The report.</param>
    /// <param name="isAscii">Whether all other letters are written as \u and their numbers, so that a program reads it right in any encoding.</param>
    internal static string Write(FailureReport report, bool isAscii = false)
    {
        JsonObject json = Properties(report);
        if (report.Words is { Text: { } text })
        {
            json["report"] = text;
        }

        return json.ToJsonString(isAscii ? AsciiOptions : Options);
    }

    private static JsonObject Properties(FailureReport report) => new()
    {
        ["formatVersion"] = FormatVersion,
        ["text"] = FailureReportText.Line(report),
        ["schedule"] = report.ScheduleName,
        ["script"] = report.ScriptPath,
        ["computer"] = report.Computer,
        ["scheduledTime"] = Text(report.ScheduledTime),
        ["startTime"] = Text(report.StartTime),
        ["endTime"] = Text(report.EndTime),
        ["state"] = report.State.ToString(),
        ["stateName"] = report.StateName,
        ["message"] = report.Message,
        ["exitCode"] = report.ExitCode,
        ["runs"] = new JsonArray([.. report.Runs.Select(Write)]),
        ["logPath"] = report.LogPath,
        ["log"] = new JsonArray([.. report.LogLines.Select(line => (JsonNode)line)]),
        ["count"] = report.Count,
        ["others"] = new JsonArray([.. report.Others.Select(Write)]),
    };

    private static JsonObject Write(FailureReportRun run) => new()
    {
        ["id"] = run.Id.ToString(),
        ["name"] = run.Name,
        ["flow"] = run.FlowName,
        ["state"] = run.State.ToString(),
        ["stateName"] = run.StateName,
        ["message"] = run.Message,
    };

    private static JsonObject Write(FailureReport other) => new()
    {
        ["schedule"] = other.ScheduleName,
        ["script"] = other.ScriptPath,
        ["scheduledTime"] = Text(other.ScheduledTime),
        ["startTime"] = Text(other.StartTime),
        ["endTime"] = Text(other.EndTime),
        ["state"] = other.State.ToString(),
        ["stateName"] = other.StateName,
        ["message"] = other.Message,
        ["exitCode"] = other.ExitCode,
        ["logPath"] = other.LogPath,
    };

    // To the second and with the offset: every language reads it.
    internal static string? Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
