using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Writes any object as JSON, in the shape that pwsh gives it.</summary>
/// <param name="depth">How many levels of objects are written; what is deeper is written as its text.</param>
internal sealed class JsonWriter(int depth, bool compress, bool enumsAsStrings)
{
    /// <summary>Whether something was too deep.</summary>
    public bool Truncated { get; private set; }

    public string Write(object? value)
    {
        JsonText text = new(compress);
        WriteValue(text, value, level: 0);
        return text.ToString();
    }

    private void WriteValue(JsonText text, object? value, int level)
    {
        object? inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (inner is null || inner == DBNull.Value)
        {
            text.Raw("null");
        }
        else if (!TryWriteScalar(text, inner))
        {
            if (level > depth)
            {
                Truncated = true;
                text.String(LanguagePrimitives.ConvertTo<string>(value));
            }
            else if (inner is IDictionary table)
            {
                WriteObject(text, table.Cast<DictionaryEntry>().Select(entry => (LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value)), level);
            }
            else if (inner is IEnumerable items)
            {
                text.Open('[');
                foreach (object? item in items)
                {
                    text.Next();
                    WriteValue(text, item, level + 1);
                }

                text.Close(']');
            }
            else
            {
                WriteObject(text, PropertiesOf(PSObject.AsPSObject(value)), level);
            }
        }
    }

    private void WriteObject(JsonText text, IEnumerable<(string Name, object? Value)> properties, int level)
    {
        text.Open('{');
        foreach ((string name, object? value) in properties)
        {
            text.Name(name);
            WriteValue(text, value, level + 1);
        }

        text.Close('}');
    }

    private bool TryWriteScalar(JsonText text, object value)
    {
        switch (value)
        {
            case string or char or Guid or Version or SemanticVersion:
                text.String(value.ToString()!);
                break;
            case Uri uri:
                text.String(uri.OriginalString);
                break;
            case bool boolean:
                text.Raw(boolean ? "true" : "false");
                break;
            case Enum when enumsAsStrings:
                text.String(value.ToString()!);
                break;
            case Enum:
                text.Raw(Convert.ToDecimal(value).ToString(CultureInfo.InvariantCulture));
                break;
            case double or float or decimal:
                text.Raw(Real(((IConvertible)value).ToString(CultureInfo.InvariantCulture)));
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger:
                text.Raw(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case DateTime or DateTimeOffset:
                text.String(((IFormattable)value).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
                break;
            default:
                return false;
        }

        return true;
    }

    // A real number stays one when it is read again: 1 is written as 1.0. JSON has no infinity and no NaN: those are text.
    private static string Real(string text) =>
        text is "NaN" or "Infinity" or "-Infinity" ? $"\"{text}\""
        : text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0"
        : text;

    private static IEnumerable<(string Name, object? Value)> PropertiesOf(PSObject value)
    {
        if (value.BaseObject is PSCustomObject)
        {
            return value.Properties.Where(property => property.IsGettable).Select(property => (property.Name, Get(() => property.Value)));
        }

        // Of .NET objects: what the type itself shows, and what a script has added to this one.
        Type type = value.BaseObject.GetType();
        return type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => (field.Name, Get(() => field.GetValue(value.BaseObject))))
            .Concat(type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
                .Select(property => (property.Name, Get(() => property.GetValue(value.BaseObject)))))
            .Concat(value.Properties.Where(property => property is PSNoteProperty).Select(property => (property.Name, Get(() => property.Value))));
    }

    private static object? Get(Func<object?> read)
    {
        try
        {
            return read();
        }
        catch (Exception)
        {
            // A property that throws is null, as it is in a script.
            return null;
        }
    }
}
