namespace FlowModule.Engine;

/// <summary>Whenever a cron expression says so.</summary>
internal sealed class CronSchedule : FlowSchedule
{
    private readonly ICronExpression[] _parts;

    /// <param name="expression">The expression as it was written.</param>
    /// <param name="parts">What it consists of: the schedule occurs when any of them does.</param>
    /// <param name="timeZone">The zone of its times.</param>
    /// <param name="jitter">By how much runs are put off at most.</param>
    internal CronSchedule(string expression, ICronExpression[] parts, TimeZoneInfo timeZone, TimeSpan jitter)
        : base(timeZone, jitter)
    {
        Expression = expression;
        _parts = parts;
    }

    internal string Expression { get; }

    public override string Description => $"Cron {Expression}";

    public override DateTimeOffset? Next(DateTimeOffset after) => _parts.Min(part => part.Next(after, TimeZone));

    internal override DateTimeOffset? Previous(DateTimeOffset atOrBefore) => _parts.Max(part => part.Previous(atOrBefore, TimeZone));
}
