using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Resuming;
using FlowModule.Runners;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Stops the execution of a flow run for now; Resume-FlowRun continues it, in this process or another.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
public sealed class SuspendFlowRunCommand : HistoryCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string RunSet = "Run";

    private CallerWait? _wait;

    /// <summary>Names of runs, ids, beginnings of ids, runs or states. If several runs have the same name, the newest is used. Without a name, in a body: the flow run that contains it.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Name { get; set; } = [];

    /// <summary>Ids of runs, or at least their first 8 characters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>The run: from Get-FlowRun, a run, or a state.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RunSet)]
    [ValidateNotNull]
    public object? Run { get; set; }

    private RunHistory? Where => HistoryPath is null && Histories.IsOff ? null : History;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case NameSet when Name.Length > 0:
                Array.ForEach(Name, name => Suspend(() => RunTarget.Of(name, Where)));
                break;
            case IdSet:
                Array.ForEach(Id, id => Suspend(() => RunTarget.Of(id, Where, isId: true)));
                break;
            case RunSet:
                Suspend(() => RunTarget.Of(Run, Where));
                break;
            default:
                SuspendThis();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _wait?.Signal();

    private void Suspend(Func<RunTarget> find)
    {
        try
        {
            RunTarget target = find();
            if (ShouldProcess($"{target.FlowName} '{target.Name}'", "Suspend flow run"))
            {
                RunSuspension.Suspend(target, "Suspended by Suspend-FlowRun.");
            }
        }
        catch (FlowException exception)
        {
            WriteError(exception.ErrorRecord);
        }
    }

    /// <summary>Suspends the flow run of the calling body, which ends here.</summary>
    private void SuspendThis()
    {
        FlowRun run = OrThrow(() => Context.CurrentRun ?? throw FlowException.NotInRun("Suspend-FlowRun without a run to suspend"));
        if (ShouldProcess($"{run.Root().FlowName} '{run.Root().Name}'", "Suspend flow run"))
        {
            _wait = new CallerWait(this, Context, new RunEmitter(new CmdletWriter(this, givesStates: false), "Tasks", writesFailures: false));
            OrThrow(() =>
            {
                RunSuspension.Suspend(run, "Suspended by Suspend-FlowRun.");
                return true;
            });
            _wait.Until(static () => false);
        }
    }
}
