using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Takes a number for a TimeSpan as seconds, as all other times of the module are. PowerShell takes it for ticks, of which a second has ten million.</summary>
internal sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            int or long or double or decimal => TimeSpan.FromSeconds(LanguagePrimitives.ConvertTo<double>(inputData)),
            _ => inputData,
        };
}
