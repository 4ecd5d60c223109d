using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Cronos;

/// <summary>Parses cron expressions with Cronos, and gives them the meaning that they have in a crontab.</summary>
internal sealed partial class CronosParser : ICronParser
{
    private const int DayOfMonth = 3;
    private const int DayOfWeek = 5;

    private static readonly string[] FieldNames = ["second", "minute", "hour", "day of the month", "month", "day of the week"];

    /// <summary>The start of the search for any occurrence: every expression that ever occurs does so within the following years.</summary>
    private static readonly DateTime Beginning = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "0 0 0 1 1 *",
        ["@annually"] = "0 0 0 1 1 *",
        ["@monthly"] = "0 0 0 1 * *",
        ["@weekly"] = "0 0 0 * * 0",
        ["@daily"] = "0 0 0 * * *",
        ["@midnight"] = "0 0 0 * * *",
        ["@hourly"] = "0 0 * * * *",
        ["@every_minute"] = "0 * * * * *",
        ["@every_second"] = "* * * * * *",
    };

    /// <summary>Creates a parser. The only member of this assembly that the module calls by name.</summary>
    internal static ICronParser Create() => new CronosParser();

    /// <inheritdoc/>
    public ICronExpression[] Parse(string expression)
    {
        string[] fields = expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        fields = fields is [['@', ..]] ? Macro(fields) : WithSeconds(fields);
        bool repeats = fields[..DayOfMonth].Any(field => !IsRestricted(field));

        // Of two parts, one may never occur: cron needs only one of them.
        CronosExpression[] occurring = [.. Parts(fields).Select(part => new CronosExpression(part, repeats)).Where(part => part.Next(Beginning) is not null)];
        return occurring.Length > 0
            ? occurring
            : throw new ScheduleException(ScheduleFault.NeverFires, $"'{expression}' never occurs: no month that it names has such a day.");
    }

    private static string[] Macro(string[] words) => words switch
    {
        { Length: > 1 } => throw Invalid($"Nothing can follow '{words[0]}'."),
        [var macro] when Macros.TryGetValue(macro, out string? meaning) => meaning.Split(' '),
        [var macro] when macro.Equals("@reboot", StringComparison.OrdinalIgnoreCase) => throw Invalid("'@reboot' is not a time: a schedule cannot know when the machine starts."),
        _ => throw Invalid($"'{words[0]}' is not known: there are {string.Join(", ", Macros.Keys)}."),
    };

    private static string[] WithSeconds(string[] fields) => fields.Length switch
    {
        5 => ["0", .. fields],
        6 => fields,
        _ => throw Invalid(
            $"It has {fields.Length.ToString(CultureInfo.InvariantCulture)} {(fields.Length == 1 ? "field" : "fields")}: a cron expression has five (minute, hour, day of the month, month, day of the week), or six with seconds first."),
    };

    /// <summary>If both kinds of day are given, cron needs only one of them to match; Cronos would need both.</summary>
    private static CronExpression[] Parts(string[] fields)
    {
        CronExpression whole = ParseFields(fields);
        return IsRestricted(fields[DayOfMonth]) && IsRestricted(fields[DayOfWeek])
            ? [ParseFields(With(fields, DayOfWeek, "*")), ParseFields(With(fields, DayOfMonth, "*"))]
            : [whole];
    }

    private static bool IsRestricted(string field) => field[0] is not ('*' or '?');

    private static CronExpression ParseFields(string[] fields)
    {
        if (Array.FindIndex(fields, JenkinsHash().IsMatch) is var index and >= 0)
        {
            throw Invalid($"{Place(fields, index)}: 'H' means a time that differs from job to job, which is not supported. Set a time, and use -Jitter.");
        }

        try
        {
            return CronExpression.Parse(string.Join(' ', fields), CronFormat.IncludeSeconds);
        }
        catch (CronFormatException exception)
        {
            throw Invalid(Explain(fields, exception), exception);
        }
    }

    /// <summary>What is wrong, and in which field: each field is parsed separately.</summary>
    private static string Explain(string[] fields, CronFormatException whole)
    {
        for (int index = 0; index < fields.Length; index++)
        {
            try
            {
                CronExpression.Parse(string.Join(' ', With(["*", "*", "*", "*", "*", "*"], index, fields[index])), CronFormat.IncludeSeconds);
            }
            catch (CronFormatException exception)
            {
                // The part before the colon only says that something is wrong, and names the field.
                string reason = exception.Message[(exception.Message.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 ? colon + 2 : 0)..];
                return $"{Place(fields, index)}: {reason}";
            }
        }

        return whole.Message;
    }

    private static ScheduleException Invalid(string message, Exception? innerException = null) => new(ScheduleFault.Invalid, message, innerException);

    private static string Place(string[] fields, int index) => $"Its {FieldNames[index]} '{fields[index]}'";

    private static string[] With(string[] fields, int index, string field) => [.. fields[..index], field, .. fields[(index + 1)..]];

    [GeneratedRegex(@"(?<!\p{L})[Hh](?!\p{L})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex JenkinsHash();
}
