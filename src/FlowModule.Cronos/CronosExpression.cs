using Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Cronos;

/// <summary>An expression of Cronos. Its times are treated as UTC, where clocks are never set.</summary>
internal sealed class CronosExpression(CronExpression expression, bool repeats) : ICronExpression
{
    /// <summary>The longest gap: the years in which 29 February falls on a given day of the week can be this far apart, around the year 2100.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(44 * 366);

    /// <inheritdoc/>
    public bool Repeats => repeats;

    /// <inheritdoc/>
    public DateTime? Next(DateTime after) =>
        expression.GetNextOccurrence(DateTime.SpecifyKind(after, DateTimeKind.Utc)) is { } next ? DateTime.SpecifyKind(next, DateTimeKind.Unspecified) : null;

    /// <summary>
    /// Searches forward from further and further back, and then by bisection. Cronos has its own backward search,
    /// but its results (0.13) are not always occurrences of the expression.
    /// </summary>
    public DateTime? Previous(DateTime atOrBefore)
    {
        for (TimeSpan back = TimeSpan.FromSeconds(1); ; back *= 8)
        {
            DateTime from = atOrBefore - DateTime.MinValue > back ? atOrBefore - back : DateTime.MinValue;
            if (Next(from) is { } found && found <= atOrBefore)
            {
                return Last(found, atOrBefore);
            }

            if (from == DateTime.MinValue || back > Longest)
            {
                return null;
            }
        }
    }

    /// <summary>The last occurrence up to a time, starting from an earlier occurrence.</summary>
    private DateTime Last(DateTime found, DateTime atOrBefore)
    {
        DateTime end = atOrBefore;
        while (end - found >= TimeSpan.FromSeconds(1))
        {
            DateTime middle = found + ((end - found) / 2);
            if (Next(middle) is { } later && later <= atOrBefore)
            {
                found = later;
            }
            else
            {
                end = middle;
            }
        }

        return found;
    }
}
