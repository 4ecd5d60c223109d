using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.StandardCommands;

namespace FlowModule.Tests.Support;

/// <summary>The script host's standard commands, and two more with which a script leaves something behind in its session.</summary>
internal static class SessionCommands
{
    internal static void AddTo(InitialSessionState state)
    {
        StandardCommandSet.AddTo(state);
        state.Commands.Add(new SessionStateCmdletEntry("Set-Alias", typeof(SetAliasCommand), helpFileName: null));
        state.Commands.Add(new SessionStateCmdletEntry("New-PSDrive", typeof(NewPSDriveCommand), helpFileName: null));
    }
}

[Cmdlet(VerbsCommon.Set, "Alias")]
public sealed class SetAliasCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1)]
    public string Value { get; set; } = "";

    [Parameter]
    public string? Scope { get; set; }

    protected override void EndProcessing() => InvokeProvider.Item.Set($"Alias:\\{(Scope is null ? "" : Scope + ":")}{Name}", Value);
}

[Cmdlet(VerbsCommon.New, "PSDrive")]
public sealed class NewPSDriveCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1)]
    public string Root { get; set; } = "";

    [Parameter]
    public string Scope { get; set; } = "local";

    protected override void EndProcessing() =>
        SessionState.Drive.New(new PSDriveInfo(Name, SessionState.Provider.GetOne("FileSystem"), Root, "", credential: null), Scope);
}
