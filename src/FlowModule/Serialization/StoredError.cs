using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace FlowModule.Serialization;

/// <summary>
/// An error record in the history, as JSON: all that <see cref="CarriedError"/> carries, without what is empty. Of its exception, the type, the message and
/// those inside; a stack trace of .NET is as long as all the rest and says little about a script.
/// </summary>
internal static class StoredError
{
    private const string TypeName = "Type";
    private const string Message = "Message";
    private const string Inner = "InnerException";

    // A command line or a stack trace can be long, and thousands of runs may fail with the same.
    private const int MostCharacters = 4_000;

    /// <param name="error">The error.</param>
    /// <param name="clean">Makes a text fit to be stored: visible, and without secrets.</param>
    internal static string Write(ErrorRecord error, Func<string, string> clean)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(TypeName, TypeOf(error.Exception));
            WriteText(json, Message, error.Exception.Message, clean);
            WriteText(json, Inner, InnerOf(error.Exception), clean);
            foreach ((string name, object? value) in CarriedError.PropertiesOf(error))
            {
                switch (value)
                {
                    case null or false or 0 or 0L:
                        break;
                    case string text:
                        WriteText(json, name, text, clean);
                        break;
                    case bool:
                        json.WriteBoolean(name, value: true);
                        break;
                    case int or long or Enum when name != CarriedError.Target:
                        json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                        break;
                    default:
                        WriteText(json, name, Convert.ToString(value, CultureInfo.InvariantCulture), clean);
                        break;
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="FormatException">The text is not an error.</exception>
    internal static ErrorRecord Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            JsonElement stored = json.RootElement;
            var exception = new PSObject();
            exception.TypeNames.Clear();
            exception.TypeNames.Add("Deserialized." + TextOf(stored, TypeName));
            exception.Properties.Add(new PSNoteProperty(Message, TextOf(stored, Message)));
            exception.Properties.Add(new PSNoteProperty(Inner, TextOf(stored, Inner)));
            return CarriedError.From(CarriedError.Empty.Select(part => (part.Name, ValueOf(stored, part.Name, part.Value))), exception);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or RuntimeException)
        {
            throw new FormatException($"An error of the history cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>The full name of the exception's type; for an exception from another process, that of the original.</summary>
    internal static string TypeOf(Exception exception) => exception is RemoteException { SerializedRemoteException.TypeNames: [var type, ..] }
        ? type.StartsWith("Deserialized.", StringComparison.Ordinal) ? type["Deserialized.".Length..] : type
        : exception.GetType().FullName!;

    /// <summary>The exceptions inside an exception, one in a line; null if there are none.</summary>
    internal static string? InnerOf(Exception exception)
    {
        List<string> inner = [];
        for (Exception? next = exception.InnerException; next is not null; next = next.InnerException)
        {
            inner.Add($"{next.GetType().FullName}: {next.Message}");
        }

        return inner.Count > 0 ? string.Join('\n', inner) : (exception as RemoteException)?.SerializedRemoteException?.Properties[Inner]?.Value?.ToString();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text, Func<string, string> clean)
    {
        if (!string.IsNullOrEmpty(text))
        {
            // Masked as a whole: the half of a secret would not be found.
            string cleaned = clean(text);
            json.WriteString(name, cleaned.Length > MostCharacters ? cleaned[..MostCharacters] + "..." : cleaned);
        }
    }

    private static string? TextOf(JsonElement stored, string name) => stored.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static object? ValueOf(JsonElement stored, string name, object? empty) => !stored.TryGetProperty(name, out JsonElement value) ? empty : empty switch
    {
        int => value.GetInt32(),
        long => value.GetInt64(),
        bool => value.GetBoolean(),
        CommandOrigin => (CommandOrigin)value.GetInt32(),
        _ => value.GetString(),
    };
}
