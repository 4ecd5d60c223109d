using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Accepts a type as people write it: <c>-Type [bool]</c> passes a text, but PowerShell only converts type names without the brackets.</summary>
internal sealed class TypeNameAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : inputData;
}
