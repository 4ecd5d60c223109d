namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>Runs scheduled flows.</summary>
internal interface IScheduledRunner
{
    /// <summary>Of how many failures somebody is being told.</summary>
    int Telling { get; }

    /// <summary>
    /// Runs times of a scheduled flow to their ends: claims all of them at once, so that no other process runs them too; waits with each for the
    /// jitter and for those before it, as the flow says; starts it in a process of its own. It does not throw: what went wrong is in the record.
    /// </summary>
    Task Run(TickOrder order);

    /// <summary>Looks for times whose process has died, and tells those who are to know. It does not throw.</summary>
    /// <param name="find">Gives the flow of a name; null for one that is another's business.</param>
    /// <param name="stop">Fires when there is no time left for telling.</param>
    Task Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop);
}
