namespace FlowModule.Engine;

/// <summary>A parsed cron expression: when it occurs, in the wall-clock time of a time zone.</summary>
internal interface ICronExpression
{
    /// <summary>The first occurrence after a time, or null when there is none.</summary>
    DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone);

    /// <summary>The last occurrence at or before a time, or null when there is none.</summary>
    DateTimeOffset? Previous(DateTimeOffset atOrBefore, TimeZoneInfo zone);
}
