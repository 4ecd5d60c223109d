using Cronos;
using FlowModule.Engine;

namespace FlowModule.Cronos;

/// <summary>An expression of Cronos.</summary>
internal sealed class CronosExpression(CronExpression expression) : ICronExpression
{
    /// <inheritdoc/>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => expression.GetNextOccurrence(after, zone);

    /// <inheritdoc/>
    public DateTimeOffset? Previous(DateTimeOffset atOrBefore, TimeZoneInfo zone) => expression.GetPreviousOccurrence(atOrBefore, zone, inclusive: true);
}
