using System.Management.Automation;

namespace FlowModule.Closures;

/// <summary>
/// Resolves a command in the session that runs it, which may be a module's. It is a cmdlet, because scripts of a constrained session
/// may call cmdlets but not PowerShell's methods.
/// </summary>
[Cmdlet(VerbsCommon.Find, "Command")]
internal sealed class FindCommandCommand : PSCmdlet
{
    internal static readonly CmdletInfo Info = new("Find-Command", typeof(FindCommandCommand));

    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Mandatory = true, Position = 1)]
    public CommandTypes Types { get; set; }

    protected override void EndProcessing() => WriteObject(InvokeCommand.GetCommands(Name, Types, nameIsPattern: false), enumerateCollection: true);
}
