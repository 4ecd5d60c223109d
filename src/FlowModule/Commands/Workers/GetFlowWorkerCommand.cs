using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Pool;

namespace FlowModule.Commands;

/// <summary>Lists the workers that serve queues.</summary>
[Cmdlet(VerbsCommon.Get, "FlowWorker")]
[OutputType(typeof(FlowWorker))]
public sealed class GetFlowWorkerCommand : PoolCommand
{
    /// <summary>Names; wildcards are allowed. None: all workers.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(FlowWorkerCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those that serve one of these queues.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowQueueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        FlowWorker[] all = OrThrow(() => PoolWorkers.WithRuns(Address));
        foreach (FlowWorker worker in Name.SelectMany(name => Match(all, name)).Distinct())
        {
            if (Queue.Length == 0 || worker.Queue.Intersect(Queue, StringComparer.OrdinalIgnoreCase).Any())
            {
                WriteObject(worker);
            }
        }
    }
}
