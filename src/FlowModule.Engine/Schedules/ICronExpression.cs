namespace FlowModule.Engine.Schedules;

/// <summary>A parsed cron expression: at which times of a wall clock it occurs. What happens where the clock is set is the schedule's business.</summary>
internal interface ICronExpression
{
    /// <summary>
    /// Whether it goes on through the day (its second, minute or hour begins with <c>*</c>), rather than occur at set times. Cron draws the
    /// line there when clocks are set.
    /// </summary>
    bool Repeats { get; }

    /// <summary>The first occurrence after a time, or null when there is none.</summary>
    DateTime? Next(DateTime after);

    /// <summary>The last occurrence at or before a time, or null when there is none.</summary>
    DateTime? Previous(DateTime atOrBefore);
}
