namespace FlowModule.Engine;

/// <summary>Runs scheduled flows.</summary>
internal interface IScheduledRunner
{
    /// <summary>
    /// Runs one time of a scheduled flow to its end: claims it, so that no other process runs it too; waits for the jitter and for those before
    /// it, as the flow says; starts it in a process of its own. It does not throw: what went wrong is in the record.
    /// </summary>
    /// <param name="flow">The flow.</param>
    /// <param name="tick">The time.</param>
    /// <param name="stop">Fires when it is to be stopped: its finally blocks run, and it ends Cancelled.</param>
    Task<FlowScheduleRun> Run(ScheduledFlow flow, ScheduledTick tick, CancellationToken stop);
}
