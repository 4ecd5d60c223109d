using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>A flow that a scheduler serves, and how far it has got with it.</summary>
/// <param name="flow">The flow.</param>
/// <param name="seen">All times up to here have been seen to.</param>
/// <param name="free">But for these, which were taken, have not begun, and are nobody's any more.</param>
internal sealed class ServedFlow(ScheduledFlow flow, DateTimeOffset seen, IReadOnlyList<DateTimeOffset> free)
{
    internal ScheduledFlow Flow => flow;

    /// <summary>All times up to here have been seen to.</summary>
    internal DateTimeOffset Seen { get; private set; } = seen;

    /// <summary>Times that are to be seen to though they lie before: they were taken, have not begun, and are nobody's any more.</summary>
    internal IReadOnlyList<DateTimeOffset> Free { get; private set; } = free;

    /// <summary>Whether it is served no more: its place in the queue is void.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>The next time to see to, or null.</summary>
    internal DateTimeOffset? Next => Free.Count > 0 ? Free.Min() : flow.Next(Seen);

    /// <summary>Takes what has come due, by a time that has.</summary>
    internal DueTicks Take(DateTimeOffset due, DateTimeOffset now)
    {
        DueTicks ticks = DueTicks.Of(flow, Seen, now, Free);
        Free = [.. Free.Where(time => time > now)];
        Seen = new[] { Seen, due, flow.Previous(now) ?? due }.Max();
        return ticks;
    }

    /// <summary>Whether another registration says the same.</summary>
    internal bool IsSame(ScheduledFlow other) =>
        ReferenceEquals(flow, other) || ScheduledFlowJson.Write(flow with { Since = default }) == ScheduledFlowJson.Write(other with { Since = default });
}
