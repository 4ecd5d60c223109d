using System.Collections;
using System.Globalization;

namespace FlowModule.Remoting;

/// <summary>How ssh connects to a host, and how many subflows it runs at once. What is null is not set.</summary>
internal record HostSettings
{
    public string? UserName { get; init; }

    public int? Port { get; init; }

    public string? KeyFilePath { get; init; }

    public string? PowerShellPath { get; init; }

    public int? ThrottlePerHost { get; init; }

    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>Options of ssh as a cmdlet takes them. Their names are not case-sensitive for ssh.</summary>
    internal static SortedDictionary<string, string>? OptionsOf(Hashtable? options)
    {
        if (options is null)
        {
            return null;
        }

        var read = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry option in options)
        {
            read[Text(option.Key)] = Text(option.Value);
        }

        return read;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
}
