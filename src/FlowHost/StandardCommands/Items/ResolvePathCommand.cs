using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Resolve-Path, without -Relative.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
internal sealed class ResolvePathCommand : PathCommand
{
    protected override void Process(string path) => WriteObject(
        SessionState.Path.GetResolvedPSPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path), enumerateCollection: true);
}

/// <summary>Convert-Path.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
internal sealed class ConvertPathCommand : PathCommand
{
    protected override void Process(string path) => WriteObject(
        SessionState.Path.GetResolvedProviderPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path, out _), enumerateCollection: true);
}
