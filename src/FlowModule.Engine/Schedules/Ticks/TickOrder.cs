namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The work of a runner of scheduled flows: ticks of one flow, one after another.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Ticks">Its ticks, the oldest first.</param>
/// <param name="Ended">Called with the outcome of each tick, except released ones.</param>
internal sealed record TickOrder(ScheduledFlow Flow, IReadOnlyList<ScheduledTick> Ticks, Action<FlowScheduleRun> Ended)
{
    /// <summary>Cancelled when nothing more may start: ticks that have not begun are then released.</summary>
    internal CancellationToken Drain { get; init; }

    /// <summary>Cancelled when running scripts must stop: their finally blocks run, and they end Cancelled.</summary>
    internal CancellationToken Stop { get; init; }

    /// <summary>The places for running scripts; a waiting tick needs none. Null if there is no limit.</summary>
    internal SemaphoreSlim? Places { get; init; }
}
