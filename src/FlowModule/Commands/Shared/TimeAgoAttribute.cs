using System.Management.Automation;
using FlowModule.Engine.Schedules;

namespace FlowModule.Commands;

/// <summary>
/// Converts the forms in which people write a past time: a time, or an age as a TimeSpan, a number of seconds, or a text such as
/// 90s, 30m, 2h, 1h30m, 7d or 2w.
/// </summary>
internal sealed class TimeAgoAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
            {
                null => null,
                DateTimeOffset time => time,
                DateTime time => new DateTimeOffset(time),
                TimeSpan span => Ago(span),
                sbyte or short or int or long or double or decimal => Parse(LanguagePrimitives.ConvertTo<string>(inputData)),
                string text => Parse(text.Trim()),
                _ => new DateTimeOffset(LanguagePrimitives.ConvertTo<DateTime>(inputData)),
            };
        }
        catch (Exception exception) when (exception is PSInvalidCastException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new ArgumentTransformationMetadataException(
                $"'{inputData}' is neither a time nor a duration before now: {TimeSpanText.Forms}.", exception);
        }
    }

    // PowerShell parses 1d and 30s as numbers, of type decimal and short, but remembers the original text.
    private static DateTimeOffset Parse(string text) => TimeSpanText.TryParse(text, out double seconds)
        ? Ago(TimeSpanText.FromSeconds(seconds))
        : new DateTimeOffset(LanguagePrimitives.ConvertTo<DateTime>(text));

    private static DateTimeOffset Ago(TimeSpan span)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        TimeSpan ago = span.Duration();

        // An age that is too large means the earliest time.
        return ago < now.UtcDateTime - DateTime.UnixEpoch ? now - ago : DateTimeOffset.UnixEpoch;
    }
}
