using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Stored;

/// <summary>The input of a run from the history, to be used again.</summary>
internal static class StoredInput
{
    /// <summary>The parameters and the piped object of a run; and the names of the parameters that must remain secret.</summary>
    /// <param name="record">The run.</param>
    /// <param name="given">Values for parameters that were not kept.</param>
    /// <exception cref="FlowException">A value was not kept and is not given, or is given although it was kept.</exception>
    internal static (IDictionary Parameters, object? Item, bool HasItem, string[] Secrets) Of(FlowRunRecord record, IDictionary given)
    {
        (IDictionary kept, string? note) = Parameters(record);
        if (note is not null && given.Count == 0)
        {
            throw new FlowException(
                $"The parameters of run '{record.Name}' are not in the history. {note} Pass them with -Parameters.",
                "FlowParametersNotKept", ErrorCategory.InvalidArgument, record);
        }

        var all = new Hashtable(kept, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in given)
        {
            string name = entry.Key.ToString()!;
            if (all[name] is not null && !HistorySecret.IsIn(all[name]))
            {
                throw FlowException.InvalidParameter(
                    $"Run '{record.Name}' runs again with its original parameters: the history has its '{name}'. To run the flow with other values, use Invoke-Flow.",
                    "FlowParameterKept", name);
            }

            all[name] = entry.Value;
        }

        RequireAll(record, all);
        EncodedValue item = HistoryAccess.Read(record.History, history => history.Read(store => store.Value(record.Id, RunValue.Input)));
        if (item is { Text: null, Note: { } why })
        {
            throw new FlowException(
                $"The object that run '{record.Name}' was started for is not in the history. {why} Run the flow for it again with Start-Subflow.",
                "FlowInputNotKept", ErrorCategory.InvalidArgument, record);
        }

        string[] secrets = [.. given.Keys.Cast<object>().Select(key => key.ToString()!).Where(name => note is not null || kept.Contains(name))];
        return (all, item.Text is null ? null : record.History.Values.Decode(item.Text), item.Text is not null, secrets);
    }

    /// <summary>The parameters of a run that the history kept, and why others are missing.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal static (IDictionary Kept, string? Note) Parameters(FlowRunRecord record)
    {
        (string? text, string? note) = HistoryAccess.Read(record.History, history => history.Read(store => store.Value(record.Id, RunValue.Parameters)));
        object? value = text is null ? null : record.History.Values.Decode(text);
        return ((value is PSObject wrapped ? wrapped.BaseObject : value) as IDictionary ?? new Hashtable(), note);
    }

    /// <summary>Secret or too large values are only marked as missing in the history.</summary>
    private static void RequireAll(FlowRunRecord record, Hashtable all)
    {
        string[] missing = [.. all.Cast<DictionaryEntry>().Where(static entry => HistorySecret.IsIn(entry.Value)).Select(static entry => $"'{entry.Key}'").Order(StringComparer.OrdinalIgnoreCase)];
        if (missing.Length > 0)
        {
            throw new FlowException(
                $"The value of {string.Join(", ", missing)} of run '{record.Name}' was secret or too large, and is not in the history. Pass it with -Parameters.",
                "FlowParametersNotKept", ErrorCategory.InvalidArgument, record);
        }
    }
}
