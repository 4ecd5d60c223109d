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

namespace FlowModule.Hosting;

/// <summary>Tells equal inputs from others: a hash of what they hold, to a depth of five.</summary>
internal static class Fingerprint
{
    // Deep enough for data; objects of a live system refer to each other without end.
    private const int Depth = 5;

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

    internal static void Append(StringBuilder text, string name, object? value)
    {
        text.Append(name.ToUpperInvariant()).Append('=');
        Append(text, value, Depth);
    }

    internal static void Append(StringBuilder text, object? value) => Append(text, value, Depth);

    private static void Append(StringBuilder text, object? value, int depth)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (bare)
        {
            case null:
                text.Append("null\n");
                break;
            case string or bool or int or long or double or decimal:
                AppendPlain(text, bare.GetType().Name, Convert.ToString(bare, CultureInfo.InvariantCulture)!);
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
                AppendTable(text, (IDictionary)bare, depth - 1);
                break;
            case object?[] or ArrayList or List<object?> when depth > 0:
                AppendList(text, (IList)bare, depth - 1);
                break;
            case PSCustomObject when depth > 0 && value is PSObject custom && custom.Properties.All(static property => property is PSNoteProperty):
                AppendProperties(text, custom, depth - 1);
                break;
            default:
                text.Append(PSSerializer.Serialize(value, Depth)).Append('\n');
                break;
        }
    }

    // The length keeps values apart whatever they hold.
    private static void AppendPlain(StringBuilder text, string kind, string plain) =>
        text.Append(kind).Append(' ').Append(plain.Length).Append(' ').Append(plain).Append('\n');

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
    private static void AppendTable(StringBuilder text, IDictionary table, int depth)
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
            Append(text, entryValue, depth);
        }
    }

    private static string KeyText(object key)
    {
        var text = new StringBuilder();
        Append(text, key, depth: 0);
        return text.ToString();
    }

    private static void AppendList(StringBuilder text, IList list, int depth)
    {
        text.Append("list ").Append(list.Count).Append('\n');
        foreach (object? item in list)
        {
            Append(text, item, depth);
        }
    }

    private static void AppendProperties(StringBuilder text, PSObject custom, int depth)
    {
        text.Append(custom.TypeNames.FirstOrDefault()).Append('\n');
        foreach (PSPropertyInfo property in custom.Properties)
        {
            AppendPlain(text, "property", property.Name);
            Append(text, property.Value, depth);
        }

        text.Append("end\n");
    }
}
