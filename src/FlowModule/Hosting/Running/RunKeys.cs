using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace FlowModule.Hosting;

/// <summary>What a run is among those that its parent starts: the same flow or task, for the same input, has the same key in every process.</summary>
internal static class RunKeys
{
    internal static string TextOf(Flow flow, in RunInput input) =>
        $"{flow.Kind} {flow.Name}\n{flow.Script?.Hash}\n{Fingerprint.Of(WithNames(input.Parameters), WithNames(input.Item))}";

    /// <summary>The same, as short as the history keeps it.</summary>
    internal static byte[] Of(Flow flow, in RunInput input) => SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(flow, input)))[..16];

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
    private static object? WithNames(object? value) => HeldValues.Replace(value, static item => item is FlowRun run ? run.Name : item);
}
