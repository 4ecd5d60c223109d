using System.Collections;
using System.Data;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;
using FlowModule.Values;

namespace FlowModule.Lookup.Export;

/// <summary>Writes values from the history as JSON: plain data, and objects as their properties.</summary>
internal static class ValueJson
{
    private const int Deepest = 24;

    internal static void Write(Utf8JsonWriter json, object? value, int depth = 0)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (WriteScalar(json, bare))
        {
            return;
        }

        if (depth >= Deepest)
        {
            json.WriteStringValue(LanguagePrimitives.ConvertTo<string>(value));
        }
        else if (bare is DataTable data)
        {
            Write(json, data.Rows, depth);
        }
        else if (bare is IDictionary table)
        {
            json.WriteStartObject();
            foreach (DictionaryEntry entry in table)
            {
                json.WritePropertyName(LanguagePrimitives.ConvertTo<string>(entry.Key));
                Write(json, entry.Value, depth + 1);
            }

            json.WriteEndObject();
        }
        else if (bare is DataRow row)
        {
            json.WriteStartObject();
            foreach (DataColumn column in row.Table.Columns)
            {
                json.WritePropertyName(column.ColumnName);
                Write(json, row[column], depth + 1);
            }

            json.WriteEndObject();
        }
        else if ((bare as IEnumerable ?? ContainerShape.Of(bare!)?.Items(bare!)) is { } items)
        {
            json.WriteStartArray();
            foreach (object? item in items)
            {
                Write(json, item, depth + 1);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject();
            foreach (PSPropertyInfo property in PSObject.AsPSObject(value).Properties)
            {
                json.WritePropertyName(property.Name);
                Write(json, property.Value, depth + 1);
            }

            json.WriteEndObject();
        }
    }

    private static bool WriteScalar(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or DBNull:
                json.WriteNullValue();
                break;
            case bool boolean:
                json.WriteBooleanValue(boolean);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong:
                json.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time);
                break;
            case TimeSpan span:
                json.WriteStringValue(span.ToString("c", CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case string or char or Guid or Uri or Version or Enum or BigInteger or double or float or ScriptBlock:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            default:
                if (!TextTypes.TryWrite(value, out _, out string text))
                {
                    return false;
                }

                json.WriteStringValue(text);
                break;
        }

        return true;
    }
}
