using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Takes a type as people write it: <c>-Type [bool]</c> is a text, and PowerShell knows types by text without the brackets only.</summary>
internal sealed class TypeNameAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : inputData;
}
