using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;

namespace FlowModule.History;

/// <summary>Uses a history that a command needs: a problem with it is an error of that command.</summary>
internal static class HistoryAccess
{
    internal static FlowException Off(string what) => new(
        $"{what} needs the history, but the run is not recorded, because of {Histories.ModeVariable} or -NoHistory.", "FlowHistoryOff", ErrorCategory.ResourceUnavailable, target: null)
    { IsAboutTheFlow = true };

    /// <exception cref="FlowException">The history cannot be used.</exception>
    internal static T Read<T>(RunHistory history, Func<RunHistory, T> read)
    {
        try
        {
            return read(history);
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unusable(exception, history);
        }
    }

    /// <exception cref="FlowException">The history cannot be used.</exception>
    internal static T Change<T>(RunHistory history, Func<IHistoryStore, T> change) => Read(history, history => history.Change(change));

    /// <summary>The options that a run was started with.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal static StoredOptions OptionsOf(FlowRunRecord record) => new(
        Read(record.History, history => history.Read(store => store.Value(record.Id, RunValue.Options))).Text is { } text
            ? record.History.Values.Decode(text) as IDictionary
            : null);
}
