using System.Globalization;

namespace FlowModule.Values;

/// <summary>A value cannot be written.</summary>
/// <param name="message">Why, to come after "Not kept:".</param>
internal sealed class HistoryXmlException(string message) : Exception(message)
{
    /// <summary>Whether it can be written on a thread with a session.</summary>
    internal bool NeedsSession { get; init; }

    /// <param name="length">The number of characters counted.</param>
    /// <param name="isAll">Whether all characters were counted.</param>
    internal static HistoryXmlException TooLarge(long length, bool isAll) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{(isAll ? null : "more than ")}{length / 1024.0 / 1024.0:0.0} MB as text, and at most {KeptText.MaxLength / 1024 / 1024} MB are kept."));
}
