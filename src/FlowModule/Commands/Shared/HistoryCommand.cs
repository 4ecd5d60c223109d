using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.History;
using FlowModule.Lookup;
using FlowModule.Sessions;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that read a history.</summary>
public abstract class HistoryCommand : FlowCommand
{
    private RunHistory? _history;

    private protected HistoryCommand()
    {
    }

    /// <summary>The file of the history to read, or its folder, instead of the default history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>The history that the call reads.</summary>
    private protected RunHistory History => _history ??= OrThrow(OpenHistory);

    /// <summary>The path of the history, if the call names one. The file need not exist.</summary>
    private protected string? ChosenPath => HistoryPath is { } path ? OrThrow(() => HistoryChoice.FileOf(this, path)) : null;

    /// <summary>A history that cannot be used ends the cmdlet with one error.</summary>
    private protected T Ask<T>(Func<T> ask) => OrThrow(() =>
    {
        try
        {
            return ask();
        }
        catch (HistoryException exception)
        {
            // Reported here, so that the next run does not report it again.
            _ = exception.Kind == HistoryFault.Damaged ? _history?.TakeWarning() : null;
            throw HistoryErrors.Unusable(exception);
        }
    });

    /// <summary>Writes items as soon as they are read.</summary>
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

        // Reading must not create a file.
        RunHistory history = ChosenPath is not { } path
            ? Histories.Default ?? throw LookingErrors.Off()
            : Histories.At(path) is var chosen && HistoryAccess.Read(chosen, static history => history.Exists) ? chosen : throw LookingErrors.NoSuchFile(path);

        // Runs of dead processes are found by the next command that looks.
        SweepCrashed(history);

        // A damaged file may have been renamed just now; then this reads a new one.
        if (history.TakeWarning() is { } warning)
        {
            WriteWarning(warning);
        }

        return history;
    }
}
