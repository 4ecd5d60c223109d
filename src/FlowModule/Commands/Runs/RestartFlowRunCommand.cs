using System.Management.Automation;
using FlowModule.Resuming;

namespace FlowModule.Commands;

/// <summary>Starts a new run with the parameters and the input of a run in the history.</summary>
[Cmdlet(VerbsLifecycle.Restart, "FlowRun", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job))]
public sealed class RestartFlowRunCommand : StoredRunCommand
{
    /// <summary>Whether to take over the results of completed subflows and tasks, and run only the others.</summary>
    [Parameter]
    public SwitchParameter FailedOnly { get; set; }

    /// <inheritdoc/>
    private protected override void Handle(RunTarget target)
    {
        FlowRunRecord record = RecordOf(target);
        FlowRun run = Resumer.Restart(record, Request(), FailedOnly, Runner(record.FlowName));
        if (ShouldProcess($"{record.FlowName} '{record.Name}'", "Restart flow run"))
        {
            Runner(record.FlowName).Add(run, failure: null);
        }
    }
}
