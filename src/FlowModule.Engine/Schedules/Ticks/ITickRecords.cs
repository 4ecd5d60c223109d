namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What is known of the ticks of scheduled flows, in all processes.</summary>
internal interface ITickRecords
{
    /// <summary>What is known of a flow's ticks.</summary>
    KnownTicks Known(string name);

    /// <summary>The claimed ticks that have not begun and have no process any more.</summary>
    /// <param name="isKnown">Whether the caller serves the flow with this name.</param>
    IReadOnlyList<(string Name, DateTimeOffset Time)> Free(Func<string, bool> isKnown);

    /// <summary>Records that a tick was skipped, together with the free ticks before it.</summary>
    void Skip(ScheduledFlow flow, DateTimeOffset time, string message);
}
