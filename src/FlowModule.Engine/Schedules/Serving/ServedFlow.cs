namespace FlowModule.Engine;

/// <summary>A flow that a scheduler serves, and how far it has got with it.</summary>
internal sealed class ServedFlow(ScheduledFlow flow, DateTimeOffset seen)
{
    internal ScheduledFlow Flow => flow;

    /// <summary>All times up to here have been seen to.</summary>
    internal DateTimeOffset Seen { get; set; } = seen;

    /// <summary>Whether it is served no more: its place in the queue is void.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>The next time to see to, or null.</summary>
    internal DateTimeOffset? Next => flow.Next(Seen);

    /// <summary>Whether another registration says the same.</summary>
    internal bool IsSame(ScheduledFlow other) =>
        ReferenceEquals(flow, other) || ScheduledFlowJson.Write(flow with { Since = default }) == ScheduledFlowJson.Write(other with { Since = default });
}
