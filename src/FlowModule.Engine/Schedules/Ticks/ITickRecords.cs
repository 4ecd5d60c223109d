namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What is known of the times of scheduled flows, whoever has seen to them.</summary>
internal interface ITickRecords
{
    /// <summary>What is known of a flow's times.</summary>
    KnownTicks Known(string name);

    /// <summary>The times that were taken and have not begun, and that nobody sees to any more.</summary>
    /// <param name="isKnown">Whether the caller sees to the flow of a name.</param>
    IReadOnlyList<(string Name, DateTimeOffset Time)> Free(Func<string, bool> isKnown);

    /// <summary>Notes that a time was not run, and with it those before it that are free.</summary>
    void Skip(ScheduledFlow flow, DateTimeOffset time, string message);
}
