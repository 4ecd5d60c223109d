using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Storage;
using FlowModule.Flows;
using FlowModule.History;
using FlowModule.Pool;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets for workers.</summary>
public abstract class PoolCommand : FlowCommand
{
    private protected PoolCommand()
    {
    }

    /// <summary>The address of the history whose queues the workers serve, instead of the default history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    private protected HistoryAddress Address => OrThrow(() => HistoryBackends.AddressOf(HistoryPath is { } path ? HistoryChoice.FileOf(this, path) : Histories.DefaultPath));

    /// <summary>The workers with a name or a matching pattern; an unknown name is an error.</summary>
    private protected FlowWorker[] Match(FlowWorker[] all, string name)
    {
        FlowWorker[] found = FlowNames.Match(all, static worker => worker.Name, name);
        if (found.Length == 0 && FlowNames.Wildcard(name) is null)
        {
            WriteError(PoolErrors.WorkerNotFound(name).ErrorRecord);
        }

        return found;
    }
}
