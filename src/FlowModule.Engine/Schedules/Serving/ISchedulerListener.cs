using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>Is told what a scheduler does, by any thread. Members are quick and do not throw.</summary>
internal interface ISchedulerListener
{
    /// <summary>A flow is served from now on, or served otherwise than before.</summary>
    void Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged);

    /// <summary>A flow is not served any more. What runs of it goes on.</summary>
    void Removed(ScheduledFlow flow);

    /// <summary>A time of a flow has come.</summary>
    void Due(ScheduledFlow flow, ScheduledTick tick);

    /// <summary>A time was missed and is not made up for, perhaps with others before it.</summary>
    void Skipped(ScheduledFlow flow, DateTimeOffset time, string message);

    /// <summary>What became of a time.</summary>
    void Ended(FlowScheduleRun run);

    /// <summary>No new times are served; what runs has until the end of the grace period, and so have those who are told of failures.</summary>
    void Draining(int running, int telling);

    /// <summary>The grace period is over, or nobody wants to wait for it: what runs is stopped, and nobody is told any more.</summary>
    void Stopping(int running, int telling);
}
