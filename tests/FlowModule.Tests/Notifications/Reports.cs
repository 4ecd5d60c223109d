using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Tests.Notifications;

internal static class Reports
{
    internal static readonly FailureReport Nightly = new()
    {
        ScheduleName = "nightly",
        ScriptPath = "/srv/flows/nightly.ps1",
        ScheduledTime = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(1)),
        State = StateType.Failed,
        StateName = "Failed",
        Message = "1/2 states failed.",
        ExitCode = 1,
        Computer = "db1",
        LogLines = ["loaded 12 Größen", "no such table"],
    };
}
