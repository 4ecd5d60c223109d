namespace FlowModule.Engine.Schedules;

/// <summary>Reads cron expressions.</summary>
internal interface ICronParser
{
    /// <summary>
    /// The expressions that together mean one, of five fields or of six with seconds first: where both days of the month and days of the
    /// week are given, cron means either, and they are two.
    /// </summary>
    /// <exception cref="ScheduleException">It is none, or one that never occurs.</exception>
    ICronExpression[] Parse(string expression);
}
