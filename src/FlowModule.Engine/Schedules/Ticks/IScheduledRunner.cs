namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>Runs scheduled flows.</summary>
internal interface IScheduledRunner
{
    /// <summary>How many failure notifications are being sent.</summary>
    int Telling { get; }

    /// <summary>
    /// Runs ticks of a scheduled flow to their ends. It claims all of them at once, so that no other process runs them; waits with each for the
    /// jitter and for earlier runs, as the flow's rules say; and starts it in a separate process. It does not throw: errors are in the record.
    /// </summary>
    Task Run(TickOrder order);

    /// <summary>Looks for ticks whose process has died, and notifies their recipients. It does not throw.</summary>
    /// <param name="find">Returns the flow with a name; null if another process is responsible for it.</param>
    /// <param name="stop">Cancelled when there is no time left for notifications.</param>
    Task Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop);
}
