using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Rows;

/// <summary>The ids that can begin with a given text. A whole id is a range of one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RunIdRange(Guid First, Guid Last)
{
    /// <summary>The minimum number of digits of an abbreviated id: shorter texts may be names.</summary>
    internal const int FewestDigits = 8;

    private const int Digits = 32;

    internal bool IsOne => First == Last;

    internal bool Contains(Guid id) => First <= id && id <= Last;

    /// <summary>Whether a text is an id, or at least its first 8 digits, with or without dashes.</summary>
    internal static bool TryParse(string text, out RunIdRange range)
    {
        if (Guid.TryParse(text, out Guid id))
        {
            range = new RunIdRange(id, id);
            return true;
        }

        string digits = text.Replace("-", null, StringComparison.Ordinal);
        bool isBeginning = digits.Length is >= FewestDigits and <= Digits && digits.All(char.IsAsciiHexDigit)
            && (digits.Length == text.Length || Padded(digits, '0').ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase));
        range = isBeginning ? new RunIdRange(Padded(digits, '0'), Padded(digits, 'f')) : default;
        return isBeginning;
    }

    private static Guid Padded(string digits, char digit) => Guid.ParseExact(digits.PadRight(Digits, digit), "N");
}
