using System.Globalization;
using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>
/// Takes a number for a TimeSpan as seconds, as all other times of the module are. PowerShell takes it for ticks, of which a second
/// has ten million, and the text '10' for ten days.
/// </summary>
internal sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            int or long or double or decimal => Span(LanguagePrimitives.ConvertTo<double>(inputData)),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) => Span(seconds),
            _ => inputData,
        };

    // What no TimeSpan can hold is never reached.
    private static TimeSpan Span(double seconds) => seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
}
