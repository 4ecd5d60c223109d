using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Pool;

namespace FlowModule.Commands;

/// <summary>Ends workers: at once, or when they have nothing left to do.</summary>
[Cmdlet(VerbsLifecycle.Stop, "FlowWorker", SupportsShouldProcess = true)]
public sealed class StopFlowWorkerCommand : PoolCommand
{
    private FlowWorker[]? _all;

    /// <summary>The workers: their names, with wildcards, or what Get-FlowWorker returns.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowWorkerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[] Worker { get; set; } = [];

    /// <summary>Whether they first finish the runs that they execute.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowWorker worker in Worker.SelectMany(Find))
        {
            if (ShouldProcess(worker.Name, Drain ? "Drain worker" : "Stop worker") && !OrThrow(() => PoolWorkers.RequestStop(worker, isAtOnce: !Drain)))
            {
                WriteError(PoolErrors.WorkerNotFound(worker.Name).ErrorRecord);
            }
        }
    }

    private FlowWorker[] Find(object worker)
    {
        object bare = worker is PSObject wrapped ? wrapped.BaseObject : worker;
        return bare is FlowWorker known ? [known] : Match(_all ??= OrThrow(() => PoolWorkers.At(Address)), bare.ToString()!);
    }
}
