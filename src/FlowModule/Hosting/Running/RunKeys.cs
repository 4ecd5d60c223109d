using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Hosting.History;

namespace FlowModule.Hosting;

/// <summary>What a run is among those that its parent starts: the same flow or task, for the same input, has the same key in every process.</summary>
internal static class RunKeys
{
    internal static string TextOf(Flow flow, in RunInput input) =>
        $"{flow.Kind} {flow.Name}\n{flow.Script?.Hash}\n{Fingerprint.Of(WithNames(input.Parameters), WithNames(input.Item))}";

    /// <summary>
    /// The same, as short as the history keeps it, and equal for an input that was kept and read again: results of earlier runs are the
    /// input of later ones.
    /// </summary>
    internal static byte[] Of(Flow flow, in RunInput input)
    {
        var parameters = new Hashtable(input.Parameters.Count, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in input.Parameters)
        {
            parameters[entry.Key] = AsKept(entry.Value);
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(flow, new RunInput(parameters, AsKept(input.Item)))))[..16];
    }

    private static object? AsKept(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null or string or bool or int or long or double)
        {
            return bare;
        }

        try
        {
            return HistoryValues.Instance.Encode(WithNames(value)).Text is { } text ? HistoryValues.Instance.Decode(text) : value;
        }
        catch (FormatException)
        {
            return value;
        }
    }

    private static IDictionary WithNames(IDictionary parameters)
    {
        if (parameters.Count == 0)
        {
            return parameters;
        }

        var named = new Hashtable(parameters.Count, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in parameters)
        {
            named[entry.Key] = WithNames(entry.Value);
        }

        return named;
    }

    /// <summary>Each attempt has new task runs, of the same names.</summary>
    private static object? WithNames(object? value) => HeldValues.Replace(value, static item => item switch
    {
        FlowRun run => run.Name,
        FlowState state => $"{state.Run.Name} {state.Type}",
        _ => item,
    });
}
