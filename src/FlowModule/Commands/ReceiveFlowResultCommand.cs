using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Commands;

/// <summary>Gives the results of completed runs, and throws the error of one that did not complete.</summary>
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
        if (!state.IsFinal)
        {
            ThrowTerminatingError(new FlowException(
                $"{state.Run.Kind} '{state.Run.Name}' has not ended: it is {state.Name}.", "FlowRunNotFinal", ErrorCategory.InvalidOperation, state).ErrorRecord);
        }

        if (!state.IsCompleted)
        {
            ThrowTerminatingError(AtItsPlace((ErrorRecord)state.Error!));
        }

        // A run that gathered others is worth what they are worth.
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

    /// <summary>
    /// A copy of an error that shows the place where it was raised, and goes on doing so: thrown by a cmdlet, an error gets the
    /// cmdlet's place, but for one that has a place to display.
    /// </summary>
    private static ErrorRecord AtItsPlace(ErrorRecord error)
    {
        var copy = new ErrorRecord(error, replaceParentContainsErrorRecordException: null);
        if (error.InvocationInfo is { ScriptLineNumber: > 0 } place)
        {
            var start = new ScriptPosition(place.ScriptName, place.ScriptLineNumber, place.OffsetInLine, place.Line);
            var end = new ScriptPosition(place.ScriptName, place.ScriptLineNumber, place.OffsetInLine, place.Line);
            copy.InvocationInfo.DisplayScriptPosition ??= new ScriptExtent(start, end);
        }

        return copy;
    }
}
