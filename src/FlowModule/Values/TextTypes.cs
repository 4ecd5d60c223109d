using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace FlowModule.Values;

/// <summary>
/// The types whose values are fully described by a text. When such a value leaves the process, to another process or the history, it is written as this text
/// and read back as the original type. Types that CLIXML supports itself (numbers, texts, times, versions) are not included.
/// </summary>
internal static class TextTypes
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly TextType[] All =
    [
        Of(static (DateTimeOffset value) => value.ToString("O", Invariant), static text => DateTimeOffset.ParseExact(text, "O", Invariant, DateTimeStyles.RoundtripKind)),
        Of(static (DateOnly value) => value.ToString("O", Invariant), static text => DateOnly.ParseExact(text, "O", Invariant)),
        Of(static (TimeOnly value) => value.ToString("O", Invariant), static text => TimeOnly.ParseExact(text, "O", Invariant)),
        Of(static (BigInteger value) => value.ToString("R", Invariant), static text => BigInteger.Parse(text, Invariant)),
        Of(static (Int128 value) => value.ToString(Invariant), static text => Int128.Parse(text, Invariant)),
        Of(static (UInt128 value) => value.ToString(Invariant), static text => UInt128.Parse(text, Invariant)),
        Of(static (Half value) => value.ToString("R", Invariant), static text => Half.Parse(text, Invariant)),
        Of(static (Complex value) => value.ToString("R", Invariant), static text => Complex.Parse(text, Invariant)),
        Of(static (SwitchParameter value) => value.IsPresent ? "true" : "false", static text => new SwitchParameter(text == "true")),
        Of(static (DBNull _) => string.Empty, static _ => DBNull.Value),
        Of(static (StringBuilder value) => value.ToString(), static text => new StringBuilder(text)),
        Of(WriteRegex, ReadRegex),
        Of(WriteZone, static text => text.Contains(';', StringComparison.Ordinal) ? TimeZoneInfo.FromSerializedString(text) : TimeZoneInfo.FindSystemTimeZoneById(text)),
        Of(static (CultureInfo value) => value.Name, static text => new CultureInfo(text)),
        Of(static (Encoding value) => $"{value.CodePage.ToString(Invariant)}{(value.Preamble.Length > 0 ? " with preamble" : null)}", ReadEncoding),
        Of(static (Type value) => TypeNames.Of(value), static text => (object?)TypeNames.Find(text) ?? text),
        Of(static (FileInfo value) => value.FullName, static text => ProviderNotes.Restore(new FileInfo(text))),
        Of(static (DirectoryInfo value) => value.FullName, static text => ProviderNotes.Restore(new DirectoryInfo(text))),
        Of(static (DriveInfo value) => value.Name, static text => new DriveInfo(text)),
        Of(static (IPAddress value) => value.ToString(), IPAddress.Parse),
        Of(static (IPEndPoint value) => value.ToString(), IPEndPoint.Parse),
        Of(static (IPNetwork value) => value.ToString(), static text => IPNetwork.Parse(text)),
        Of(static (PhysicalAddress value) => value.ToString(), static text => PhysicalAddress.Parse(text)),
        Of(static (MailAddress value) => $"{value.Address} {value.DisplayName}", static text => new MailAddress(text.Split(' ', 2)[0], text.Split(' ', 2)[1])),
        Of(static (XmlDocument value) => value.OuterXml, ReadXml),
        Of(static (XmlElement value) => value.OuterXml, static text => ReadXml(text).DocumentElement!),
        Of(static (XElement value) => value.ToString(SaveOptions.DisableFormatting), static text => XElement.Parse(text, LoadOptions.PreserveWhitespace)),
        Of(static (XDocument value) => $"{value.Declaration}{value.ToString(SaveOptions.DisableFormatting)}", static text => XDocument.Parse(text, LoadOptions.PreserveWhitespace)),
        SemanticVersion(),
    ];

    private static readonly Dictionary<Type, TextType> ByType = All.ToDictionary(static type => type.Type);
    private static readonly Dictionary<string, TextType> ByName = All.ToDictionary(static type => type.Name);

    /// <summary>Writes a value of such a type, or of an enumeration, as its type name and text.</summary>
    internal static bool TryWrite(object value, out string type, out string text)
    {
        if (value is Enum)
        {
            (type, text) = (TypeNames.Of(value.GetType()), value.ToString()!);
            return true;
        }

        TextType? known = Find(value);
        (type, text) = (known?.Name ?? string.Empty, known?.Write(value) ?? string.Empty);
        return known is not null;
    }

    /// <summary>Whether a text describes the value fully.</summary>
    internal static bool IsOne(object value) => value is Enum || Find(value) is not null;

    /// <summary>Reads the value. A constant of an enumeration, or a type, that this process does not know becomes its name.</summary>
    /// <exception cref="FormatException">The text is invalid, or invalid on this system.</exception>
    internal static object Read(string type, string text)
    {
        try
        {
            return ByName.TryGetValue(type, out TextType? known) ? known.Read(text)
                : TypeNames.Find(type) is { IsEnum: true } constants && Enum.TryParse(constants, text, out object? constant) ? constant
                : text;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            throw new FormatException($"'{text}' is not a valid [{type}] here: {exception.Message}", exception);
        }
    }

    /// <summary>Whether values of the type, or of a derived type, are written like this.</summary>
    internal static bool Has(Type type) => type.IsEnum || type == typeof(FileSystemInfo) || ByType.ContainsKey(type);

    private static TextType? Find(object value)
    {
        TextType? known = null;
        for (Type? next = value.GetType(); next is not null && !ByType.TryGetValue(next, out known); next = next.BaseType)
        {
            // Regular expressions, encodings and types are instances of derived types.
        }

        return known;
    }

    private static TextType Of<T>(Func<T, string> write, Func<string, object> read)
        where T : notnull => new(typeof(T), value => write((T)value), read);

    private static TextType Of<T>(Func<T, string> write, Func<string, T> read)
        where T : notnull => new(typeof(T), value => write((T)value), text => read(text));

    private static string WriteRegex(Regex value) => string.Create(Invariant, $"{(int)value.Options} {value.MatchTimeout.Ticks} {value}");

    private static Regex ReadRegex(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new Regex(parts[2], (RegexOptions)int.Parse(parts[0], Invariant), TimeSpan.FromTicks(long.Parse(parts[1], Invariant)));
    }

    /// <summary>The id, if the system has an equal zone with it, whose rules may be updated later; otherwise all rules of the zone.</summary>
    private static string WriteZone(TimeZoneInfo value) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(value.Id, out TimeZoneInfo? zone) && zone.HasSameRules(value) ? value.Id : value.ToSerializedString();

    private static Encoding ReadEncoding(string text)
    {
        string[] parts = text.Split(' ', 2);
        bool hasPreamble = parts.Length > 1;
        return int.Parse(parts[0], Invariant) switch
        {
            65001 => new UTF8Encoding(hasPreamble),
            1200 => new UnicodeEncoding(bigEndian: false, hasPreamble),
            1201 => new UnicodeEncoding(bigEndian: true, hasPreamble),
            12000 => new UTF32Encoding(bigEndian: false, hasPreamble),
            12001 => new UTF32Encoding(bigEndian: true, hasPreamble),
            var page => Encoding.GetEncoding(page),
        };
    }

    private static XmlDocument ReadXml(string text)
    {
        var document = new XmlDocument();
        document.LoadXml(text);
        return document;
    }

    /// <summary>PowerShell's own type, which is missing in the reference assembly.</summary>
    private static TextType SemanticVersion()
    {
        Type type = typeof(PSObject).Assembly.GetType("System.Management.Automation.SemanticVersion", throwOnError: true)!;
        return new TextType(type, static value => value.ToString()!, text => LanguagePrimitives.ConvertTo(text, type, Invariant));
    }

    private sealed record TextType(Type Type, Func<object, string> Write, Func<string, object> Read)
    {
        internal string Name { get; } = Type.FullName!;
    }
}
