using System.Management.Automation;
using FlowModule.Tasks;

namespace FlowModule.Commands;

/// <summary>Waits for started tasks, and returns the runs that have ended.</summary>
[Cmdlet(VerbsLifecycle.Wait, "FlowTask")]
[OutputType(typeof(FlowRun))]
public sealed class WaitFlowTaskCommand : FlowCommand
{
    private readonly List<FlowRun> _tasks = [];
    private TaskWaiting? _waiting;

    /// <summary>The task runs to wait for.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Alias("Task")]
    public FlowRun[] InputObject { get; set; } = [];

    /// <summary>Whether to wait only until one of them has ended.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    /// <summary>How long to wait, in seconds. Then the ended runs are returned.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _waiting = new TaskWaiting(this, Context);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _tasks.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FlowRun[] tasks = [.. _tasks];
        OrThrow(() =>
        {
            _waiting!.Until(tasks, Any, TimeoutSeconds);
            return true;
        });
        WriteObject(tasks.Where(static task => task.IsOver), enumerateCollection: true);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _waiting?.Signal();
}
