using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Times;

/// <summary>The meaning of a cron expression, to express it in another syntax. Syntax that it does not know is refused, not guessed.</summary>
internal static class CronRules
{
    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
        ["@every_minute"] = "* * * * *",
        ["@every_second"] = "* * * * * *",
    };

    /// <summary>The rules of an expression: two if cron means either the days of the month or the days of the week.</summary>
    /// <exception cref="InexpressibleException">It cannot be expressed in another syntax.</exception>
    internal static CalendarRule[] Of(CronSchedule schedule)
    {
        string expression = schedule.Expression.Trim();
        string[] fields = (Macros.TryGetValue(expression, out string? meant) ? meant : expression).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return fields.Length switch
            {
                5 => Of(["0", .. fields]),
                6 => Of(fields),
                _ => throw new FormatException("it has neither five nor six fields"),
            };
        }
        catch (FormatException exception)
        {
            throw new InexpressibleException($"The cron expression '{schedule.Expression}' is not understood: {exception.Message}");
        }
    }

    private static CalendarRule[] Of(string[] fields)
    {
        int[] months = CronField.Month.Parse(fields[4]);
        DayRule days = Days(new DayRule { Months = months }, fields[3]);
        DayRule weekdays = Weekdays(new DayRule { Months = months }, fields[5]);
        DayRule[] rules = IsOpen(fields[3]) || IsOpen(fields[5])
            ? [days with { Weekdays = weekdays.Weekdays, Nth = weekdays.Nth }]
            : [days, weekdays];
        return [.. rules.Select(rule => new CalendarRule(rule, CronField.Hour.Parse(fields[2]), CronField.Minute.Parse(fields[1]), CronField.Second.Parse(fields[0])))];
    }

    // For cron, a field that begins with a star restricts nothing.
    private static bool IsOpen(string field) => field[0] is '*' or '?';

    private static DayRule Days(DayRule rule, string field)
    {
        if (field.Contains('W', StringComparison.OrdinalIgnoreCase))
        {
            throw new InexpressibleException("It cannot express the working day nearest to a day (W).");
        }

        return !field.StartsWith("L", StringComparison.OrdinalIgnoreCase) ? rule with { Days = CronField.Day.Parse(field) }
            : field.Length == 1 ? rule with { BeforeLast = 0 }
            : field[1] == '-' ? rule with { BeforeLast = CronField.Second.Number(field[2..]) }
            : throw new FormatException($"'{field}' is not understood.");
    }

    private static DayRule Weekdays(DayRule rule, string field)
    {
        string[] nth = field.Split('#');
        bool isLast = field.Length > 1 && field.EndsWith("L", StringComparison.OrdinalIgnoreCase);
        return isLast ? rule with { Weekdays = [CronField.Weekday.Number(field[..^1]) % 7], Nth = 0 }
            : nth.Length == 2 ? rule with { Weekdays = [CronField.Weekday.Number(nth[0]) % 7], Nth = CronField.Day.Number(nth[1]) }
            : rule with { Weekdays = CronField.Weekday.Parse(field) };
    }
}
