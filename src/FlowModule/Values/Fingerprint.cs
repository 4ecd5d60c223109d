using System.Buffers;
using System.Collections;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FlowModule.Values;

/// <summary>Hashes inputs, so that equal inputs can be recognized.</summary>
internal static class Fingerprint
{
    internal static string Of(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Hashes a text.</summary>
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

    /// <summary>Parameters ordered by name.</summary>
    internal static IEnumerable<DictionaryEntry> InOrder(IDictionary parameters)
    {
        IEnumerable<DictionaryEntry> entries = parameters.Count == 0 ? [] : parameters.Cast<DictionaryEntry>();
        return parameters.Count > 1 ? entries.OrderBy(static entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase) : entries;
    }
}
