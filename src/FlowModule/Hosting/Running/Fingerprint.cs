using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;

namespace FlowModule.Hosting;

/// <summary>Tells equal inputs from others: a hash of what they hold, to a depth of five.</summary>
internal static class Fingerprint
{
    // Deep enough for data; objects of a live system refer to each other without end.
    private const int Depth = 5;

    internal static string Of(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The fingerprint of a run's parameters, in any order, and of its piped object.</summary>
    internal static string Of(IDictionary parameters, object? item)
    {
        var text = new StringBuilder();
        IEnumerable<DictionaryEntry> entries = parameters.Cast<DictionaryEntry>();
        foreach (DictionaryEntry entry in entries.OrderBy(entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            text.Append(entry.Key.ToString()!.ToUpperInvariant()).Append('=');
            Append(text, entry.Value);
        }

        Append(text, item);
        return Of(text.ToString());
    }

    private static void Append(StringBuilder text, object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (bare)
        {
            case null:
                text.Append("null\n");
                break;
            case string or bool or int or long or double or decimal:
                // The length keeps values apart whatever they hold.
                string plain = Convert.ToString(bare, CultureInfo.InvariantCulture)!;
                text.Append(bare.GetType().Name).Append(' ').Append(plain.Length).Append(' ').Append(plain).Append('\n');
                break;
            case ScriptBlock script:
                text.Append("script ").Append(script.ToString()).Append('\n');
                break;
            default:
                text.Append(PSSerializer.Serialize(value, Depth)).Append('\n');
                break;
        }
    }
}
