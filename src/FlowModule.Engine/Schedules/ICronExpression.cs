namespace FlowModule.Engine.Schedules;

/// <summary>A parsed cron expression: its occurrences on a wall clock. The schedule handles clock changes.</summary>
internal interface ICronExpression
{
    /// <summary>
    /// Whether it repeats through the day (its second, minute or hour begins with <c>*</c>) instead of at fixed times. Cron
    /// uses this distinction when clocks are set.
    /// </summary>
    bool Repeats { get; }

    /// <summary>The first occurrence after a time, or null if there is none.</summary>
    DateTime? Next(DateTime after);

    /// <summary>The last occurrence at or before a time, or null if there is none.</summary>
    DateTime? Previous(DateTime atOrBefore);
}
