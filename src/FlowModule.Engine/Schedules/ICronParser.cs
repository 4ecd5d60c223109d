namespace FlowModule.Engine.Schedules;

/// <summary>Reads cron expressions.</summary>
internal interface ICronParser
{
    /// <summary>
    /// Parses an expression of five fields, or of six with seconds first. Returns two expressions if both the day of the month and the day of the
    /// week are set, because cron then needs only one of them to match.
    /// </summary>
    /// <exception cref="ScheduleException">It is not a cron expression, or it never occurs.</exception>
    ICronExpression[] Parse(string expression);
}
