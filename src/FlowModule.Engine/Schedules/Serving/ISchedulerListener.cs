using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>Receives the events of a scheduler, on any thread. Members are quick and do not throw.</summary>
internal interface ISchedulerListener
{
    /// <summary>A flow is served from now on, or its registration has changed.</summary>
    void Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged);

    /// <summary>A flow is no longer served. Its current runs continue.</summary>
    void Removed(ScheduledFlow flow);

    /// <summary>A tick of a flow has become due.</summary>
    void Due(ScheduledFlow flow, ScheduledTick tick);

    /// <summary>A tick was missed and is not made up for; there may be others before it.</summary>
    void Skipped(ScheduledFlow flow, DateTimeOffset time, string message);

    /// <summary>A tick has ended.</summary>
    void Ended(FlowScheduleRun run);

    /// <summary>No new ticks start. Running scripts and notifications have until the end of the grace period.</summary>
    void Draining(int running, int telling);

    /// <summary>The grace period is over or was cut short: running scripts are stopped, and notifications end.</summary>
    void Stopping(int running, int telling);
}
