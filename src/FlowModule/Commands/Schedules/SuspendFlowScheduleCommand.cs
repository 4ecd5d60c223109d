using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Pauses scheduled flows: they run at none of their times until Resume-FlowSchedule.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowRegistration))]
public sealed class SuspendFlowScheduleCommand : SchedulePauseCommand
{
    /// <summary>Creates the command.</summary>
    public SuspendFlowScheduleCommand()
        : base(pauses: true)
    {
    }
}
