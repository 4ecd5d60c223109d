using Cronos;
using FlowModule.Engine.Schedules;

namespace FlowModule.Cronos;

/// <summary>An expression of Cronos. Its times are taken for UTC, in which no clock is ever set.</summary>
internal sealed class CronosExpression(CronExpression expression, bool repeats) : ICronExpression
{
    /// <summary>Nothing is further apart: of the years with a day that is both the 29th of February and one day of the week, two with 2100 between them.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(44 * 366);

    /// <inheritdoc/>
    public bool Repeats => repeats;

    /// <inheritdoc/>
    public DateTime? Next(DateTime after) =>
        expression.GetNextOccurrence(DateTime.SpecifyKind(after, DateTimeKind.Utc)) is { } next ? DateTime.SpecifyKind(next, DateTimeKind.Unspecified) : null;

    /// <summary>
    /// Found by looking forward: from further and further back, and then from the middle of what is left. Cronos can look back itself,
    /// but its answers (0.13) are not always times at which the expression occurs.
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

    /// <summary>The last occurrence up to a time, from one of them on.</summary>
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
