using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Writes any object as JSON, in the shape that pwsh gives it.</summary>
/// <param name="depth">How many levels of objects are written; what is deeper is written as its text.</param>
internal sealed class JsonWriter(int depth, bool compress, bool enumsAsStrings)
{
    /// <summary>Whether something was too deep.</summary>
    public bool Truncated { get; private set; }

    public string Write(object? value)
    {
        using MemoryStream stream = new();
        JsonWriterOptions options = new()
        {
            Indented = !compress,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NewLine = Environment.NewLine,
            MaxDepth = 1000,
        };
        using (Utf8JsonWriter writer = new(stream, options))
        {
            WriteValue(writer, value, level: 0);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private void WriteValue(Utf8JsonWriter writer, object? value, int level)
    {
        object? inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (inner is null || inner == DBNull.Value)
        {
            writer.WriteNullValue();
        }
        else if (!TryWriteScalar(writer, inner))
        {
            if (level > depth)
            {
                Truncated = true;
                writer.WriteStringValue(LanguagePrimitives.ConvertTo<string>(value));
            }
            else if (inner is IDictionary table)
            {
                WriteObject(writer, table.Cast<DictionaryEntry>().Select(entry => (LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value)), level);
            }
            else if (inner is IEnumerable items)
            {
                writer.WriteStartArray();
                foreach (object? item in items)
                {
                    WriteValue(writer, item, level + 1);
                }

                writer.WriteEndArray();
            }
            else
            {
                WriteObject(writer, PropertiesOf(PSObject.AsPSObject(value)), level);
            }
        }
    }

    private void WriteObject(Utf8JsonWriter writer, IEnumerable<(string Name, object? Value)> properties, int level)
    {
        writer.WriteStartObject();
        foreach ((string name, object? value) in properties)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value, level + 1);
        }

        writer.WriteEndObject();
    }

    private bool TryWriteScalar(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string or char or Guid or Uri or Version or SemanticVersion:
                writer.WriteStringValue(value is Uri uri ? uri.OriginalString : value.ToString());
                break;
            case bool boolean:
                writer.WriteBooleanValue(boolean);
                break;
            case Enum when enumsAsStrings:
                writer.WriteStringValue(value.ToString());
                break;
            case Enum:
                writer.WriteRawValue(Convert.ToDecimal(value).ToString(CultureInfo.InvariantCulture));
                break;
            case double or float:
                writer.WriteRawValue(Real(((IConvertible)value).ToString(CultureInfo.InvariantCulture)), skipInputValidation: true);
                break;
            case decimal number:
                writer.WriteRawValue(Real(number.ToString(CultureInfo.InvariantCulture)), skipInputValidation: true);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case DateTime time:
                writer.WriteStringValue(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
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
