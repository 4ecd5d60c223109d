using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Location, without -PSProvider, -PSDrive and -Stack.</summary>
[Cmdlet(VerbsCommon.Get, "Location")]
internal sealed class GetLocationCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(SessionState.Path.CurrentLocation);
}

/// <summary>Set-Location, without -StackName.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
internal sealed class SetLocationCommand : PathCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public override string[] Path { get; set; } = ["~"];

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void Process(string path)
    {
        PathInfo location = SessionState.Path.SetLocation(IsLiteral ? WildcardPattern.Escape(path) : path);
        if (PassThru)
        {
            WriteObject(location);
        }
    }
}

/// <summary>Push-Location, without -StackName.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
internal sealed class PushLocationCommand : PathCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public override string[] Path { get; set; } = [string.Empty];

    protected override void Process(string path)
    {
        SessionState.Path.PushCurrentLocation(string.Empty);
        if (path.Length > 0)
        {
            SessionState.Path.SetLocation(IsLiteral ? WildcardPattern.Escape(path) : path);
        }
    }
}

/// <summary>Pop-Location, without -StackName.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
internal sealed class PopLocationCommand : PSCmdlet
{
    protected override void ProcessRecord() => SessionState.Path.PopLocation(string.Empty);
}
