using System.Management.Automation;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Returns the results of completed runs, and throws the error of a run that did not complete.</summary>
[Cmdlet(VerbsCommunications.Receive, "FlowResult")]
[OutputType(typeof(object))]
public sealed class ReceiveFlowResultCommand : FlowCommand
{
    /// <summary>The states to unwrap.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public FlowState[] State { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowState state in State)
        {
            Receive(state);
        }
    }

    private void Receive(FlowState state)
    {
        // A task that never ran stays Pending, and its state has an error.
        if (!state.IsFinal && state.Error is null)
        {
            ThrowTerminatingError(new FlowException(
                $"{state.Run.KindName} '{state.Run.Name}' has not ended: it is {state.Name}.", "FlowRunNotFinal", ErrorCategory.InvalidOperation, state).ErrorRecord);
        }

        if (!state.IsCompleted)
        {
            ThrowTerminatingError(ThrownErrors.AtItsPlace((ErrorRecord)state.Error!));
        }

        // States inside a result are unwrapped too.
        foreach (object? item in LanguagePrimitives.GetEnumerable(state.Result) ?? new[] { state.Result })
        {
            if ((item is PSObject wrapped ? wrapped.BaseObject : item) is FlowState inner)
            {
                Receive(inner);
            }
            else if (item is not null)
            {
                WriteObject(item);
            }
        }
    }
}
