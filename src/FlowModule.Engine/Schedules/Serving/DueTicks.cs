namespace FlowModule.Engine;

/// <summary>What has come due of a flow since it was last seen to.</summary>
internal static class DueTicks
{
    internal static IReadOnlyList<ScheduledTick> Of(ScheduledFlow flow, DateTimeOffset seen, DateTimeOffset now) =>
        flow.Previous(now) is { } latest && latest > seen ? [new ScheduledTick(latest)] : [];
}
