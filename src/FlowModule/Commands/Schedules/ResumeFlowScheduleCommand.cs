using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Resumes paused scheduled flows: they run at their next time again.</summary>
[Cmdlet(VerbsLifecycle.Resume, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowRegistration))]
public sealed class ResumeFlowScheduleCommand : SchedulePauseCommand
{
    /// <summary>Creates the command.</summary>
    public ResumeFlowScheduleCommand()
        : base(pauses: false)
    {
    }
}
