using System.Buffers;
using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Hosting;

/// <summary>Tells equal inputs from others: a hash of what they hold, to a depth of five.</summary>
internal static class Fingerprint
{
    // Deep enough for data; objects of a live system refer to each other without end.
    private const int Depth = 5;

    // How much of a list of a million items is looked at, in characters, where it is looked at for each of many runs.
    private const int Brief = 16 * 1024;

    internal static string Of(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Hashes a text that was put together.</summary>
    internal static void Hash(StringBuilder text, Span<byte> hash)
    {
        const int Short = 1024;
        char[]? rented = text.Length > Short ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        Span<char> characters = (rented ?? stackalloc char[Short])[..text.Length];
        text.CopyTo(0, characters, text.Length);
        SHA256.HashData(MemoryMarshal.AsBytes(characters), hash);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Parameters in the order of their names.</summary>
    internal static IEnumerable<DictionaryEntry> InOrder(IDictionary parameters)
    {
        IEnumerable<DictionaryEntry> entries = parameters.Count == 0 ? [] : parameters.Cast<DictionaryEntry>();
        return parameters.Count > 1 ? entries.OrderBy(static entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase) : entries;
    }

    /// <summary>The fingerprint of a run's parameters, in any order, and of its piped object.</summary>
    internal static string Of(IDictionary parameters, object? item)
    {
        var text = new StringBuilder();
        foreach (DictionaryEntry entry in InOrder(parameters))
        {
            Append(text, entry.Key.ToString()!, entry.Value);
        }

        Append(text, item, Depth);
        return Of(text.ToString());
    }

    /// <summary>A value as far as it tells a run from others in a moment: there is one for each of a hundred thousand subflows.</summary>
    internal static void AppendBriefly(StringBuilder text, object? value)
    {
        try
        {
            Append(text, value, Depth, text.Length + Brief);
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // A list of the user's that threw, or changed meanwhile: what was read of it must do.
            text.Append(exception.GetType().Name).Append('\n');
        }
    }

    private static void Append(StringBuilder text, string name, object? value)
    {
        text.Append(name.ToUpperInvariant()).Append('=');
        Append(text, value, Depth);
    }

    /// <param name="text">What it is added to.</param>
    /// <param name="value">The value.</param>
    /// <param name="depth">How many levels may still be gone into.</param>
    /// <param name="most">How long the text may become before no more is added.</param>
    private static void Append(StringBuilder text, object? value, int depth, int most = int.MaxValue)
    {
        if (text.Length > most)
        {
            return;
        }

        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (bare)
        {
            case null:
                text.Append("null\n");
                break;
            case string or bool or int or long or double or decimal:
                AppendPlain(text, bare.GetType().Name, Convert.ToString(bare, CultureInfo.InvariantCulture)!, most);
                break;
            case SecureString secret:
                AppendPlain(text, nameof(SecureString), new NetworkCredential(string.Empty, secret).Password);
                break;
            case PSCredential credential:
                AppendPlain(text, nameof(PSCredential), credential.UserName);
                AppendPlain(text, nameof(SecureString), new NetworkCredential(string.Empty, credential.Password).Password);
                break;
            case ScriptBlock script:
                text.Append("script ").Append(script.ToString()).Append('\n');
                break;
            case FileSystemInfo file:
                AppendFile(text, file);
                break;
            case Hashtable or OrderedDictionary when depth > 0:
                AppendTable(text, (IDictionary)bare, depth - 1, most);
                break;
            case object?[] or ArrayList or List<object?> when depth > 0:
                AppendList(text, (IList)bare, depth - 1, most);
                break;
            case PSCustomObject when depth > 0 && value is PSObject custom && custom.Properties.All(static property => property is PSNoteProperty):
                AppendProperties(text, custom, depth - 1, most);
                break;
            default:
                text.Append(most == int.MaxValue ? PSSerializer.Serialize(value, Depth) : Kept(value!)).Append('\n');
                break;
        }
    }

    /// <summary>An object as the history keeps it, or why it does not.</summary>
    private static string Kept(object value)
    {
        EncodedValue kept = HistoryValues.Instance.Encode(value);
        return kept.Text ?? kept.Note!;
    }

    // The length keeps values apart whatever they hold.
    private static void AppendPlain(StringBuilder text, string kind, string plain, int most = int.MaxValue) =>
        text.Append(kind).Append(' ').Append(plain.Length).Append(' ').Append(plain.AsSpan(0, (int)Math.Min(plain.Length, Math.Max(0L, most)))).Append('\n');

    /// <summary>What tells files apart; the rest of such an object (the free space of its drive, the last access) differs from one look to the next.</summary>
    private static void AppendFile(StringBuilder text, FileSystemInfo file)
    {
        AppendPlain(text, file.GetType().Name, file.FullName);
        if (file.Exists)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks} {(file as FileInfo)?.Length}\n");
        }
    }

    /// <summary>The entries of a table: sorted if it has no order of its own, for then it is the order of the keys' hashes, or of their coming.</summary>
    private static void AppendTable(StringBuilder text, IDictionary table, int depth, int most)
    {
        IEnumerable<(string Key, object? Value)> entries = table.Cast<DictionaryEntry>().Select(static entry => (KeyText(entry.Key), entry.Value));
        if (table is Hashtable)
        {
            entries = entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal);
        }

        text.Append(table.GetType().Name).Append(' ').Append(table.Count).Append('\n');
        foreach ((string key, object? entryValue) in entries)
        {
            text.Append(key);
            Append(text, entryValue, depth, most);
        }
    }

    private static string KeyText(object key)
    {
        var text = new StringBuilder();
        Append(text, key, depth: 0);
        return text.ToString();
    }

    private static void AppendList(StringBuilder text, IList list, int depth, int most)
    {
        text.Append("list ").Append(list.Count).Append('\n');
        foreach (object? item in list)
        {
            Append(text, item, depth, most);
            if (text.Length > most)
            {
                break;
            }
        }
    }

    private static void AppendProperties(StringBuilder text, PSObject custom, int depth, int most)
    {
        text.Append(custom.TypeNames.FirstOrDefault()).Append('\n');
        foreach (PSPropertyInfo property in custom.Properties)
        {
            AppendPlain(text, "property", property.Name);
            Append(text, property.Value, depth, most);
        }

        text.Append("end\n");
    }
}
