using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Closures;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.Starting;

/// <summary>
/// A text that is equal for equal values. It is the same for a copy of the value in another process or from the
/// history, and contains nothing of the surroundings.
/// </summary>
/// <param name="text">The text to append to.</param>
/// <param name="most">The maximum length of the text, after which nothing is appended.</param>
internal sealed class ValueFingerprint(StringBuilder text, int most = int.MaxValue)
{
    private const string Deserialized = "Deserialized.";

    private static readonly HashSet<Type> Unordered = [typeof(HashSet<>), typeof(Dictionary<,>), typeof(ConcurrentDictionary<,>), typeof(ConcurrentBag<>)];

    // The containers of the current value, because data may contain itself.
    private readonly List<object> _around = [];

    /// <summary>The fingerprint of a run's parameters, independent of their order, and of its piped object.</summary>
    internal static string Of(IDictionary parameters, object? item)
    {
        var text = new StringBuilder();
        foreach (DictionaryEntry entry in Fingerprint.InOrder(parameters))
        {
            text.Append(entry.Key.ToString()!.ToUpperInvariant()).Append('=');
            new ValueFingerprint(text).Append(entry.Value);
        }

        new ValueFingerprint(text).Append(item);
        return Fingerprint.Of(text.ToString());
    }

    /// <summary>Appends a value, unless its text is longer than the limit: each of a hundred thousand subflows has one.</summary>
    internal static bool TryAppend(StringBuilder text, object? value, int longest)
    {
        int most = text.Length + longest;
        new ValueFingerprint(text, most).Append(value);
        return text.Length <= most;
    }

    internal void Append(object? value)
    {
        if (text.Length > most)
        {
            return;
        }

        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null)
        {
            text.Append("null\n");
        }
        else if (!TryAppendPlain(bare))
        {
            AppendHolder(value!, bare);
        }
    }

    // The length separates values whatever they contain.
    private void AppendPlain(string kind, string plain) =>
        text.Append(kind).Append(' ').Append(plain.Length).Append(' ').Append(plain.AsSpan(0, Math.Min(plain.Length, Math.Max(0, most)))).Append('\n');

    /// <summary>Values without parts. Properties that were added to a text or number do not count: Get-Content adds where it found the text.</summary>
    private bool TryAppendPlain(object bare)
    {
        switch (bare)
        {
            case string or bool or int or long or double or decimal:
                AppendPlain(bare.GetType().Name, Convert.ToString(bare, CultureInfo.InvariantCulture)!);
                return true;
            case DateTime time:
                AppendPlain(nameof(DateTime), time.ToString("O", CultureInfo.InvariantCulture));
                return true;
            case Uri uri:
                AppendPlain(nameof(Uri), uri.OriginalString);
                return true;
            case Guid or TimeSpan or Version:
                AppendPlain(bare.GetType().Name, Convert.ToString(bare, CultureInfo.InvariantCulture)!);
                return true;
            case byte[] bytes:
                AppendPlain("bytes", Convert.ToHexString(SHA256.HashData(bytes)));
                return true;
            case SecureString secret:
                AppendPlain(nameof(SecureString), new NetworkCredential(string.Empty, secret).Password);
                return true;
            case PSCredential credential:
                AppendPlain(nameof(PSCredential), credential.UserName);
                AppendPlain(nameof(SecureString), new NetworkCredential(string.Empty, credential.Password).Password);
                return true;
            default:
                if (bare.GetType().IsPrimitive)
                {
                    AppendPlain(bare.GetType().Name, Convert.ToString(bare, CultureInfo.InvariantCulture)!);
                    return true;
                }

                return false;
        }
    }

    private void AppendHolder(object value, object bare)
    {
        // The identity of an object that is made of properties is that of its wrapper.
        object identity = bare is PSCustomObject ? value : bare;
        int index = _around.FindIndex(outer => ReferenceEquals(outer, identity));
        if (index >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"around {_around.Count - index}\n");
            return;
        }

        if (_around.Count == Nesting.Most)
        {
            AppendUnlike();
            return;
        }

        _around.Add(identity);
        AppendHeld(value, bare);
        if (value is PSObject noted && bare is not PSCustomObject)
        {
            AppendNotes(noted);
        }

        _around.RemoveAt(_around.Count - 1);
    }

    private void AppendHeld(object value, object bare)
    {
        switch (bare)
        {
            case ScriptBlock script:
                AppendScript(script);
                break;
            case Flow flow:
                AppendPlain(nameof(Flow), flow.Name);
                AppendScript(flow.ScriptBlock);
                break;
            case FileInfo file:
                // The state at the time when it was found: a file that has changed since is another value.
                AppendPlain(nameof(FileInfo), file.FullName);
                text.Append(CultureInfo.InvariantCulture, $"{(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)} {(file.Exists ? file.Length : 0)}\n");
                break;
            case PSCustomObject:
                AppendProperties((PSObject)value);
                break;
            case var _ when TextTypes.TryWrite(bare, out string type, out string plain):
                AppendPlain(type, plain);
                break;
            case var _ when ContainerShape.Of(bare) is { } shape:
                AppendShaped(bare, shape);
                break;
            case Hashtable or OrderedDictionary:
                AppendTable(bare.GetType().Name, HistoryContainers.EntriesOf((IDictionary)bare).SelectMany(static entry => new[] { entry.Key, entry.Value }), isOrdered: bare is not Hashtable);
                break;
            case Array or ArrayList or IList when bare is Array or ArrayList || (bare.GetType().IsGenericType && bare.GetType().GetGenericTypeDefinition() == typeof(List<>)):
                AppendList("list", ((ICollection)bare).Count, (IList)bare);
                break;
            default:
                AppendKept(value);
                break;
        }
    }

    private void AppendShaped(object bare, ContainerShape shape)
    {
        Type type = bare.GetType();
        string kind = $"{TypeNames.Of(CarriedTypes.Of(type))} {shape.About(bare)}";
        object?[] items = shape.Items(bare);
        if (bare is IDictionary)
        {
            AppendTable(kind, items, isOrdered: bare is not Hashtable && !(type.IsGenericType && Unordered.Contains(type.GetGenericTypeDefinition())));
        }
        else if (type.IsGenericType && Unordered.Contains(type.GetGenericTypeDefinition()))
        {
            AppendPlain(kind, string.Concat(items.Select(TextOf).Order(StringComparer.Ordinal)));
        }
        else
        {
            AppendList(kind, items.Length, items);
        }
    }

    /// <summary>The entries of a table: sorted if the table has no order, because the enumeration order depends on hashes or insertion.</summary>
    private void AppendTable(string kind, IEnumerable<object?> entries, bool isOrdered)
    {
        (string Key, object? Value)[] pairs = [.. entries.Chunk(2).Select(pair => (TextOf(pair[0]), pair[1]))];
        if (!isOrdered)
        {
            Array.Sort(pairs, static (first, second) => string.CompareOrdinal(first.Key, second.Key));
        }

        text.Append(kind).Append(' ').Append(pairs.Length).Append('\n');
        foreach ((string key, object? value) in pairs)
        {
            text.Append(key);
            Append(value);
        }
    }

    private void AppendList(string kind, int count, IList list)
    {
        text.Append(kind).Append(' ').Append(count).Append('\n');
        foreach (object? item in list)
        {
            Append(item);
            if (text.Length > most)
            {
                break;
            }
        }
    }

    /// <summary>The text of a script, and its captured values: GetNewClosure copies all variables around it.</summary>
    private void AppendScript(ScriptBlock script)
    {
        AppendPlain("script", script.ToString());
        if (script.Module is not { } module || ClosureCapture.ModulePath(module) is not null || ScriptBlocks.AstOf(script) is not { } ast)
        {
            return;
        }

        foreach (string name in ClosurePlan.For(ast).Variables.Order(StringComparer.OrdinalIgnoreCase))
        {
            if (module.SessionState.PSVariable.Get(name) is { } variable)
            {
                AppendPlain("variable", name.ToUpperInvariant());
                Append(variable.Value);
            }
        }
    }

    private void AppendProperties(PSObject custom)
    {
        string type = custom.TypeNames.FirstOrDefault() ?? string.Empty;
        text.Append(type.StartsWith(Deserialized, StringComparison.Ordinal) ? type[Deserialized.Length..] : type).Append('\n');
        foreach (PSPropertyInfo property in custom.Properties)
        {
            if (property.IsGettable)
            {
                AppendPlain("property", property.Name);
                Append(property.Value);
            }
        }

        text.Append("end\n");
    }

    /// <summary>Properties that were added to a value, except those that say where PowerShell found it.</summary>
    private void AppendNotes(PSObject value)
    {
        foreach (PSPropertyInfo note in ProviderNotes.Without(value) ?? [])
        {
            if (!ProviderNotes.Is(note.Name))
            {
                AppendPlain("note", note.Name);
                Append(note.Value);
            }
        }
    }

    /// <summary>Any other object, in the form that the history keeps, so that a copy from the history is equal.</summary>
    private void AppendKept(object value)
    {
        EncodedValue kept = HistoryValues.Instance.Encode(value);
        if (kept.Text is not { } xml)
        {
            AppendUnlike();
        }
        else if (HistoryValues.Instance.Decode(xml) is PSObject { BaseObject: PSCustomObject } copy)
        {
            AppendProperties(copy);
        }
        else
        {
            AppendPlain("object", xml);
        }
    }

    /// <summary>A value that cannot be compared is equal to none.</summary>
    private void AppendUnlike() => text.Append("unlike ").Append(Guid.NewGuid()).Append('\n');

    private string TextOf(object? value)
    {
        var own = new StringBuilder();
        var part = new ValueFingerprint(own);
        part._around.AddRange(_around);
        part.Append(value);
        return own.ToString();
    }
}
