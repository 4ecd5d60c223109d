using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>Values as CLIXML: plain data whole, objects as their properties.</summary>
internal sealed partial class HistoryValues : IHistoryValues
{
    internal static readonly HistoryValues Instance = new();

    /// <summary>The longest text of a value that is kept, in characters.</summary>
    internal const int MaxLength = 1024 * 1024;

    // As deep as Export-Clixml; what is in arrays, tables and custom objects is kept as deep as they are.
    private const int Depth = 2;
    private const int MaxDepth = 20;
    private const string Start = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">""";
    private const string End = "</Objs>";

    private HistoryValues()
    {
    }

    public EncodedValue Encode(object? value)
    {
        if (value is null)
        {
            return default;
        }

        if (Plain(value) is { } plain)
        {
            return Keep(Start + plain + End);
        }

        try
        {
            int depth = Math.Min(MaxDepth, Depth + HistoryValueDepth.Of(value, MaxLength));
            return depth < 0
                ? TooLarge()
                : Keep(WithoutSecureStrings(PSSerializer.Serialize(HistoryStates.Replace(value), depth)));
        }
        catch (Exception exception)
        {
            // A property of some object of the user's threw, or it has changed while it was read. The run does not depend on it.
            return new EncodedValue(null, $"Not kept: {exception.Message}");
        }
    }

    public EncodedValue EncodeParameters(FlowRun run)
    {
        if (run.Parameters.Count == 0)
        {
            return default;
        }

        // In the order of their names, so that equal parameters are equal texts.
        var sorted = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in run.Parameters.Cast<DictionaryEntry>().OrderBy(entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            sorted[entry.Key.ToString()!] = entry.Value;
        }

        return Encode(sorted);
    }

    public EncodedValue EncodeError(object error)
    {
        string text = error is ErrorRecord record
            ? $"{record.Exception.GetType().Name}: {record.Exception.Message}{PlaceOf(record)}"
            : error.ToString() ?? string.Empty;
        return new EncodedValue(Mask(text));
    }

    public string Mask(string text) => KnownSecrets.Mask(text);

    public object? Decode(string text)
    {
        try
        {
            object? value = PSSerializer.Deserialize(text);

            // What is bound to a table or a list is only what it is made of.
            return value is PSObject { BaseObject: IDictionary or IList } wrapped && wrapped.Properties.Match("*", PSMemberTypes.NoteProperty).Count == 0
                ? wrapped.BaseObject
                : HistoryStates.Restore(value);
        }
        catch (Exception exception) when (exception is XmlException or PSInvalidOperationException or InvalidOperationException)
        {
            throw new FormatException("A value of the history cannot be read.", exception);
        }
    }

    private static string? PlaceOf(ErrorRecord record) => record.InvocationInfo is { ScriptLineNumber: > 0 } place
        ? $"\nat {(string.IsNullOrEmpty(place.ScriptName) ? "<no file>" : place.ScriptName)}:{place.ScriptLineNumber}"
        : null;

    private static EncodedValue Keep(string text) => text.Length > MaxLength
        ? TooLarge(text.Length)
        : KnownSecrets.AreIn(text)
            ? new EncodedValue(null, "Not kept: it holds a secret.")
            : new EncodedValue(text);

    private static EncodedValue TooLarge(long? length = null) => new(null, string.Create(
        CultureInfo.InvariantCulture,
        $"Not kept: {(length is { } known ? $"{known / 1024.0 / 1024.0:0.0} MB" : "it")} is larger than {MaxLength / 1024 / 1024} MB."));

    /// <summary>The serializer writes them in clear where the system has no key of the user's.</summary>
    private static string WithoutSecureStrings(string text) => text.Contains("<SS", StringComparison.Ordinal) ? SecureText().Replace(text, "<Nil${name} />") : text;

    /// <summary>What most values are, without the cost of a serializer.</summary>
    private static string? Plain(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        _ when value is PSObject { Properties: var properties } && properties.Match("*", PSMemberTypes.NoteProperty).Count > 0 => null,
        int number => $"<I32>{number.ToString(CultureInfo.InvariantCulture)}</I32>",
        long number => $"<I64>{number.ToString(CultureInfo.InvariantCulture)}</I64>",
        bool flag => flag ? "<B>true</B>" : "<B>false</B>",
        double number => $"<Db>{XmlConvert.ToString(number)}</Db>",
        string text when IsPlain(text) => $"<S>{text}</S>",
        _ => null,
    };

    private static bool IsPlain(string text) =>
        text.Length <= 1000 && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 && text.AsSpan().IndexOfAny("<>&_") < 0;

    [GeneratedRegex("""<SS(?<name>( \w+="[^"]*")*)>[^<]*</SS>""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex SecureText();
}
