using System.Management.Automation;
using FlowModule.Hosting;

namespace FlowModule.Commands;

/// <summary>Waits for tasks that were started, and gives their results. Throws when one failed or was never run.</summary>
[Cmdlet(VerbsCommunications.Receive, "FlowTask")]
[OutputType(typeof(object), typeof(FlowState))]
public sealed class ReceiveFlowTaskCommand : FlowCommand
{
    private TaskWaiting? _waiting;
    private TaskResults? _results;

    /// <summary>The task runs whose results are wanted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Alias("Task")]
    public FlowRun[] InputObject { get; set; } = [];

    /// <summary>Give the states of the task runs, and throw nothing.</summary>
    [Parameter]
    public SwitchParameter ReturnState { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _waiting = new TaskWaiting(this, Context);
        _results = new TaskResults(this, new CmdletWriter(this), ReturnState);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowRun task in InputObject)
        {
            OrThrow(() =>
            {
                _waiting!.Until([task], any: false, timeoutSeconds: null);
                return true;
            });
            _results!.Output(task.State);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _results!.ThrowFailure();

    /// <inheritdoc/>
    protected override void StopProcessing() => _waiting?.Signal();
}
