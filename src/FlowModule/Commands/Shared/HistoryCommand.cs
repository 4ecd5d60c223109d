using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Commands;

/// <summary>What the cmdlets that look at a history have in common.</summary>
public abstract class HistoryCommand : FlowCommand
{
    private RunHistory? _history;

    /// <summary>The file of the history to look at, or the folder that it is in, in place of the usual one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HistoryPath { get; set; }

    /// <summary>The history that the call looks at.</summary>
    private protected RunHistory History => _history ??= OrThrow(OpenHistory);

    /// <summary>Where it is, if the call says so; a file that need not be there.</summary>
    private protected string? ChosenPath => HistoryPath is { } path ? OrThrow(() => HistoryChoice.FileOf(this, path)) : null;

    /// <summary>A history that cannot be used ends the cmdlet with the one error that says so.</summary>
    private protected T Ask<T>(Func<T> ask) => OrThrow(() =>
    {
        try
        {
            return ask();
        }
        catch (HistoryException exception)
        {
            // It is told of here, and not once more by the next run.
            _ = exception.Kind == HistoryFault.Damaged ? _history?.TakeWarning() : null;
            throw LookingErrors.Unavailable(exception);
        }
    });

    /// <summary>Gives what is read piece by piece, each as soon as it is there.</summary>
    private protected void WriteEach<T>(IEnumerable<T> items)
    {
        using IEnumerator<T> each = items.GetEnumerator();
        while (Ask(each.MoveNext))
        {
            WriteObject(each.Current);
        }
    }

    private RunHistory OpenHistory()
    {
        RecordMembers.Add();

        // To look at a file is no reason to make one.
        RunHistory history = ChosenPath is not { } path
            ? Histories.Default ?? throw LookingErrors.Off()
            : File.Exists(path) ? Histories.At(path) : throw LookingErrors.NoSuchFile(path);

        // Runs whose process has died are found by whoever looks next.
        SweepCrashed(history);

        // It may have been set aside just now: then what is looked at is a new one.
        if (history.TakeWarning() is { } warning)
        {
            WriteWarning(warning);
        }

        return history;
    }
}
