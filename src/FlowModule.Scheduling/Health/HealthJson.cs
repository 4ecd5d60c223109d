using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Scheduling.Health;

/// <summary>A health report as JSON, for monitoring programs.</summary>
internal static class HealthJson
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(HealthReport report) => new JsonObject
    {
        ["status"] = Status(report),
        ["time"] = Text(report.Time),
        ["heartbeat"] = Text(report.Heartbeat),
        ["started"] = Text(report.Started),
        ["schedules"] = report.Schedules,
        ["running"] = report.Running,
        ["nextRun"] = Text(report.NextRun),
        ["lastError"] = report.LastError,
        ["lastErrorTime"] = Text(report.LastErrorTime),
        ["computer"] = Environment.MachineName,
        ["processId"] = Environment.ProcessId,
    }.ToJsonString(Options) + "\n";

    // A stuck scheduler cannot report this itself.
    private static string Status(HealthReport report) => report switch
    {
        { IsAlive: false } => "stalled",
        { Status: HealthStatus.Ok } => "ok",
        { Status: HealthStatus.Degraded } => "degraded",
        _ => "stopping",
    };

    private static string? Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
