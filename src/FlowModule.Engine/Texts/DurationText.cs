using System.Globalization;

namespace FlowModule.Engine.Texts;

/// <summary>
/// A length of time as people read it: <c>12.345 s</c>, from a minute on <c>00:02:05</c>, from a day on <c>2d 03:10</c>. In tables, log lines and on
/// pages; the timeline's <c>scale.js</c> has the same rule in JavaScript.
/// </summary>
internal static class DurationText
{
    /// <summary>The duration as text. Parts that are not shown are cut off, not rounded: 59.9996 s are not yet 60.</summary>
    /// <param name="duration">The duration. One below zero, after a change of the clock, is shown as zero.</param>
    /// <param name="provider">How the decimal point is written; null for the user's culture.</param>
    internal static string Of(TimeSpan duration, IFormatProvider? provider = null) => duration switch
    {
        { Ticks: < 0 } => Of(TimeSpan.Zero, provider),
        { Days: not 0 } => string.Format(CultureInfo.InvariantCulture, "{0}d {1:hh\\:mm}", duration.Days, duration),
        { TotalMinutes: >= 1 } => duration.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture),
        _ => string.Format(provider, "{0:0.000} s", duration.Ticks / TimeSpan.TicksPerMillisecond / 1000m),
    };
}
