namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>What a runner of scheduled flows is to do: times of one flow, one after another.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Ticks">Its times, the oldest first.</param>
/// <param name="Ended">Gets what became of each. Not of those that were given back.</param>
internal sealed record TickOrder(ScheduledFlow Flow, IReadOnlyList<ScheduledTick> Ticks, Action<FlowScheduleRun> Ended)
{
    /// <summary>Fires when nothing more is to start: times that have not begun are given back, and are then nobody's.</summary>
    internal CancellationToken Drain { get; init; }

    /// <summary>Fires when what runs is to be stopped: its finally blocks run, and it ends Cancelled.</summary>
    internal CancellationToken Stop { get; init; }

    /// <summary>The places of which a script needs one while it runs, and no time that only waits; null for as many as there are.</summary>
    internal SemaphoreSlim? Places { get; init; }
}
