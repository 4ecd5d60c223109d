using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text.Json;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Turns JSON into the objects that pwsh makes of it.</summary>
internal sealed class JsonReader(bool asHashtable, int depth)
{
    public object? Read(string json)
    {
        JsonDocumentOptions options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = depth };
        using JsonDocument document = JsonDocument.Parse(json, options);
        return Convert(document.RootElement);
    }

    private object? Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => asHashtable ? ToHashtable(element) : ToObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Convert).ToArray(),
        JsonValueKind.String => ToDateOrText(element.GetString()!),
        JsonValueKind.Number => ToNumber(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private PSObject ToObject(JsonElement element)
    {
        PSObject result = new();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Length == 0)
            {
                throw new JsonException("The JSON has a property whose name is empty: use -AsHashtable.");
            }

            if (result.Properties[property.Name] is { } same)
            {
                // PowerShell's names ignore case, so one of two such properties could not be reached.
                if (!string.Equals(same.Name, property.Name, StringComparison.Ordinal))
                {
                    throw new JsonException($"The JSON has the keys '{same.Name}' and '{property.Name}', which differ only in case: use -AsHashtable.");
                }

                result.Properties.Remove(property.Name);
            }

            result.Properties.Add(new PSNoteProperty(property.Name, Convert(property.Value)));
        }

        return result;
    }

    private OrderedHashtable ToHashtable(JsonElement element)
    {
        OrderedHashtable result = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            result[property.Name] = Convert(property.Value);
        }

        return result;
    }

    private static object ToNumber(JsonElement element)
    {
        if (element.TryGetInt64(out long whole))
        {
            return whole;
        }

        string text = element.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : element.GetDouble();
    }

    // Texts in the form that dates are written to JSON in become dates.
    private static object ToDateOrText(string text) =>
        text.Length >= 19 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':'
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime date)
            ? date
            : text;
}
