using System.Globalization;
using System.Text.RegularExpressions;

namespace FlowModule.Engine.Schedules;

/// <summary>Durations as people write them: 90s, 30m, 1h30m, 7d, 2w; 00:15 and 1.12:00, as in .NET; and a number of seconds.</summary>
internal static partial class TimeSpanText
{
    /// <summary>The forms, for messages.</summary>
    internal const string Forms = "a TimeSpan, a number of seconds, or a text such as 90s, 30m, 2h, 1h30m, 7d or 2w";

    /// <summary>Whether a text is a number of units, or several; returns their sum in seconds.</summary>
    internal static bool TryUnits(string text, out double seconds)
    {
        Match match = Parts().Match(text.Trim());
        seconds = match.Success ? match.Groups["part"].Captures.Sum(static part => SecondsOf(part.Value)) : 0;
        return match.Success;
    }

    /// <summary>Whether a text is a duration; returns it in seconds.</summary>
    internal static bool TryParse(string text, out double seconds)
    {
        if (TryUnits(text, out seconds) || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
        {
            return true;
        }

        bool isSpan = text.Contains(':', StringComparison.Ordinal) & TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span);
        seconds = span.TotalSeconds;
        return isSpan;
    }

    /// <summary>A number of seconds. A value that is too large becomes the longest TimeSpan.</summary>
    internal static TimeSpan FromSeconds(double seconds) =>
        seconds >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : seconds <= TimeSpan.MinValue.TotalSeconds ? TimeSpan.MinValue : TimeSpan.FromSeconds(seconds);

    private static double SecondsOf(string part) => double.Parse(part[..^1], CultureInfo.InvariantCulture) * char.ToUpperInvariant(part[^1]) switch
    {
        'S' => 1,
        'M' => 60,
        'H' => 3600,
        'D' => 86_400,
        _ => 7 * 86_400,
    };

    [GeneratedRegex(@"^(?<part>[0-9]+(\.[0-9]+)?[smhdw])+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Parts();
}
