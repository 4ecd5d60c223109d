namespace FlowModule;

/// <summary>What starts a scheduled flow when it is time.</summary>
public enum FlowScheduleHost
{
    /// <summary>FlowModule's own scheduler, <c>Start-FlowScheduler</c> or <c>flow serve</c>, where one runs.</summary>
    Scheduler,

    /// <summary>The user's crontab.</summary>
    Crontab,

    /// <summary>A timer of the user's systemd.</summary>
    Systemd,

    /// <summary>Windows' Task Scheduler.</summary>
    TaskScheduler,
}
