using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Runs;
using FlowModule.Pool;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets whose runs workers of a queue can execute.</summary>
public abstract class QueueCommand : HostCommand
{
    private string? _kind;

    private protected QueueCommand()
    {
    }

    /// <summary>The queue whose workers execute the runs.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowQueueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Queue { get; set; }

    /// <summary>The tags that a worker must have.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] RequireTag { get; set; } = [];

    /// <summary>Whether the runs come before or after others that wait for the same workers.</summary>
    [Parameter]
    public FlowPriority Priority { get; set; }

    /// <inheritdoc/>
    private protected override RunPolicy Adjust(RunPolicy policy) => _kind is null ? base.Adjust(policy) : QueueParameters.Apply(base.Adjust(policy), _kind);

    /// <summary>Checks what is said of the workers, and makes those of named machines known.</summary>
    /// <exception cref="FlowException">The parameters contradict each other.</exception>
    private protected bool UseWorkers()
    {
        _kind = QueueParameters.KindOf(this, Queue, RequireTag, Priority);
        if (_kind is not null && (HostName.Length > 0 || HostTag.Length > 0 || ComputerName.Length > 0 || Session.Length > 0))
        {
            throw FlowException.InvalidParameter("-Queue leaves the choice of the machine to the workers, and cannot be used with named machines.", "FlowQueueParameters", Queue);
        }

        return UseHosts();
    }
}
