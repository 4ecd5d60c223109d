using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.Schedules;

namespace FlowModule.Commands;

/// <summary>
/// Converts the forms in which people write a duration: a TimeSpan, a number of seconds, or a text such as 90s, 30m, 2h, 1h30m, 7d or 2w.
/// Every duration parameter has this attribute. Without it, PowerShell would convert a number to a TimeSpan of that many ticks (ten million a second),
/// and the text '10' to ten days.
/// </summary>
/// <param name="inSeconds">Whether the parameter is a number of seconds, or several; otherwise it is a TimeSpan.</param>
internal sealed class DurationAttribute(bool inSeconds = false) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inSeconds && (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IList several
            ? several.Cast<object?>().Select(Read).ToArray()
            : Read(inputData);

    private object? Read(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare switch
        {
            null => null,
            TimeSpan span => inSeconds ? span.TotalSeconds : span,
            _ when TryRead(value!, bare, out double seconds) => inSeconds || double.IsNaN(seconds) ? seconds : TimeSpanText.FromSeconds(seconds),
            _ => throw new ArgumentTransformationMetadataException($"'{value}' is not a duration. Use {TimeSpanText.Forms}."),
        };
    }

    private static bool TryRead(object value, object bare, out double seconds)
    {
        if (bare is string text)
        {
            return TimeSpanText.TryParse(text, out seconds);
        }

        // PowerShell parses 1d and 30s as numbers, of type decimal and short, but remembers the original text.
        bool isNumber = bare is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal;
        seconds = 0;
        return isNumber && (TimeSpanText.TryUnits(LanguagePrimitives.ConvertTo<string>(value), out seconds) || LanguagePrimitives.TryConvertTo(bare, out seconds));
    }
}
