namespace FlowModule;

/// <summary>The scheduler that starts a scheduled flow.</summary>
public enum FlowScheduleHost
{
    /// <summary>FlowModule's own scheduler, <c>Start-FlowScheduler</c> or <c>flow serve</c>.</summary>
    Scheduler,

    /// <summary>The user's crontab.</summary>
    Crontab,

    /// <summary>A timer of the user's systemd.</summary>
    Systemd,

    /// <summary>Windows' Task Scheduler.</summary>
    TaskScheduler,
}
