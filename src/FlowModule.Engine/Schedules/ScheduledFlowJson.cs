using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlowModule.Engine.Schedules;

/// <summary>A registration as readable JSON.</summary>
/// <param name="cron">Reads cron expressions.</param>
internal sealed class ScheduledFlowJson(ICronParser cron)
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(ScheduledFlow flow) => new JsonObject
    {
        ["version"] = Version,
        ["name"] = flow.Name,
        ["path"] = flow.Path,
        ["workingDirectory"] = flow.WorkingDirectory,
        ["schedules"] = new JsonArray([.. flow.Schedules.Select(Write)]),
        ["multipleInstances"] = flow.MultipleInstances.ToString(),
        ["missed"] = flow.Missed.ToString(),
        ["onFailure"] = JsonSerializer.SerializeToNode(flow.OnFailure, Options),
        ["environment"] = JsonSerializer.SerializeToNode(flow.Environment, Options),
        ["logPath"] = flow.LogPath,
        ["since"] = flow.Since.ToString("O", CultureInfo.InvariantCulture),
        ["paused"] = flow.Paused?.ToString("O", CultureInfo.InvariantCulture),
        ["parameters"] = flow.Parameters,
        ["using"] = flow.Using.ToString(),
        ["entries"] = new JsonArray([.. flow.Entries.Select(entry => (JsonNode)entry)]),
    }.ToJsonString(Options);

    /// <exception cref="FormatException">It is not a registration, or one of a newer version.</exception>
    internal ScheduledFlow Read(string text)
    {
        try
        {
            JsonObject json = JsonNode.Parse(text)!.AsObject();
            int version = (int)json["version"]!;
            if (version > Version)
            {
                throw new FormatException($"The registration was made by a newer version of FlowModule (its format is {version}; this version reads format {Version} and older ones).");
            }

            return new ScheduledFlow
            {
                Name = Required((string?)json["name"]),
                Path = Required((string?)json["path"]),
                WorkingDirectory = Required((string?)json["workingDirectory"]),
                Schedules = [.. json["schedules"]!.AsArray().Select(node => ReadSchedule(node!.AsObject()))],
                MultipleInstances = Enum.Parse<MultipleInstances>((string)json["multipleInstances"]!),
                Missed = Enum.Parse<MissedRuns>((string)json["missed"]!),
                OnFailure = Required(json["onFailure"].Deserialize<FlowNotification[]>(Options)),
                Environment = Required(json["environment"].Deserialize<Dictionary<string, string>>(Options)),
                LogPath = Required((string?)json["logPath"]),
                Since = Moment(json["since"]),
                Paused = json["paused"] is { } paused ? Moment(paused) : null,
                Parameters = (string?)json["parameters"],
                Using = Enum.Parse<FlowScheduleHost>((string)json["using"]!),
                Entries = json["entries"].Deserialize<string[]>(Options)!,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or TimeZoneNotFoundException)
        {
            throw new FormatException($"It is not a registration of a scheduled flow: {exception.Message}", exception);
        }
    }

    private static JsonNode Write(FlowSchedule schedule)
    {
        JsonObject json = schedule switch
        {
            CronSchedule cron => new() { ["cron"] = cron.Expression },
            IntervalSchedule every => new() { ["every"] = Text(every.Interval), ["anchor"] = Text(every.Anchor) },
            OnceSchedule once => new() { ["at"] = Text(once.At) },
            DailySchedule daily => new() { ["daily"] = Text(daily.Times), ["interval"] = daily.Interval, ["start"] = Text(daily.Start) },
            WeeklySchedule weekly => new()
            {
                ["weekly"] = new JsonArray([.. weekly.Days.Select(day => (JsonNode)day.ToString())]),
                ["times"] = Text(weekly.Times),
                ["interval"] = weekly.Interval,
                ["start"] = Text(weekly.Start),
            },
            _ => throw new InvalidOperationException($"A schedule of an unknown kind: {schedule.GetType().Name}."),
        };

        // The machine's own zone is not stored, so that the schedule follows the machine to another zone.
        if (!schedule.TimeZone.Equals(TimeZoneInfo.Local))
        {
            json["timeZone"] = schedule.TimeZone.Id;
        }

        if (schedule.Jitter > TimeSpan.Zero)
        {
            json["jitter"] = Text(schedule.Jitter);
        }

        return json;
    }

    private FlowSchedule ReadSchedule(JsonObject json)
    {
        TimeZoneInfo zone = json["timeZone"] is { } id ? TimeZoneInfo.FindSystemTimeZoneById((string)id!) : TimeZoneInfo.Local;
        TimeSpan jitter = json["jitter"] is { } text ? Span(text) : TimeSpan.Zero;
        return json switch
        {
            _ when json["cron"] is { } expression => new CronSchedule((string)expression!, cron.Parse((string)expression!), zone, jitter),
            _ when json["every"] is { } interval => new IntervalSchedule(Span(interval), Moment(json["anchor"]), zone, jitter),
            _ when json["at"] is { } at => new OnceSchedule(Moment(at), zone, jitter),
            _ when json["daily"] is { } times => new DailySchedule(Times(times), (int)json["interval"]!, Day(json["start"]), zone, jitter),
            _ when json["weekly"] is { } days => new WeeklySchedule(
                [.. days.AsArray().Select(day => Enum.Parse<DayOfWeek>((string)day!))], Times(json["times"]), (int)json["interval"]!, Day(json["start"]), zone, jitter),
            _ => throw new FormatException("It has a schedule of an unknown kind."),
        };
    }

    private static T Required<T>(T? value)
        where T : class => value ?? throw new FormatException("A part of it is missing.");

    private static JsonNode Text(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);

    private static JsonNode Text(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    private static JsonNode Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static JsonArray Text(IEnumerable<TimeOnly> times) => new JsonArray([.. times.Select(time => (JsonNode)time.ToString("O", CultureInfo.InvariantCulture))]);

    private static TimeSpan Span(JsonNode? node) => TimeSpan.ParseExact((string)node!, "c", CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(JsonNode? node) => DateTimeOffset.ParseExact((string)node!, "O", CultureInfo.InvariantCulture);

    private static DateOnly Day(JsonNode? node) => DateOnly.ParseExact((string)node!, "O", CultureInfo.InvariantCulture);

    private static TimeOnly[] Times(JsonNode? node) => [.. node!.AsArray().Select(time => TimeOnly.ParseExact((string)time!, "O", CultureInfo.InvariantCulture))];
}
