using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>A flow that a scheduler serves, and how far its ticks have been handled.</summary>
/// <param name="flow">The flow.</param>
/// <param name="seen">The moment up to which all ticks have been handled.</param>
/// <param name="free">Except these, which were claimed, have not begun, and have no process any more.</param>
internal sealed class ServedFlow(ScheduledFlow flow, DateTimeOffset seen, IReadOnlyList<DateTimeOffset> free)
{
    internal ScheduledFlow Flow => flow;

    /// <summary>The moment up to which all ticks have been handled.</summary>
    internal DateTimeOffset Seen { get; private set; } = seen;

    /// <summary>Earlier ticks that must still be handled: they were claimed, have not begun, and have no process any more.</summary>
    internal IReadOnlyList<DateTimeOffset> Free { get; private set; } = free;

    /// <summary>Whether it is no longer served, so that its entry in the queue is void.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>The next tick to handle, or null.</summary>
    internal DateTimeOffset? Next => Free.Count > 0 ? Free.Min() : flow.Next(Seen);

    /// <summary>Takes the ticks that have become due.</summary>
    internal DueTicks Take(DateTimeOffset due, DateTimeOffset now)
    {
        DueTicks ticks = DueTicks.Of(flow, Seen, now, Free);
        Free = [.. Free.Where(time => time > now)];
        Seen = new[] { Seen, due, flow.Previous(now) ?? due }.Max();
        return ticks;
    }

    /// <summary>Whether another registration is equal.</summary>
    internal bool IsSame(ScheduledFlow other) =>
        ReferenceEquals(flow, other) || ScheduledFlowJson.Write(flow with { Since = default }) == ScheduledFlowJson.Write(other with { Since = default });
}
