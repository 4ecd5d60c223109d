using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

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
