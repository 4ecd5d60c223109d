using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Texts;
using FlowModule.Remoting;

namespace FlowModule.Commands;

/// <summary>Adds a machine to the user's file of hosts, in place of one with the same name.</summary>
[Cmdlet(VerbsCommon.New, "FlowHost", SupportsShouldProcess = true)]
[OutputType(typeof(FlowRemoteHost))]
public sealed class NewFlowHostCommand : FlowCommand
{
    /// <summary>The name, for -HostName.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The address for ssh, if it is not the name.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>Words to choose it by, for -HostTag.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowHostTagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>The user for SSH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port for SSH.</summary>
    [Parameter]
    [ValidateRange(HostEntry.LowestPort, HostEntry.HighestPort)]
    public int? Port { get; set; }

    /// <summary>The file of the private key for SSH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Options of ssh: @{ ProxyJump = 'gate' }.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Hashtable? Options { get; set; }

    /// <summary>The program of PowerShell on the machine, if pwsh is not found there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>How many subflows the machine runs at once.</summary>
    [Parameter]
    [ValidateRange(1, HostEntry.MostAtOnce)]
    public int? ThrottlePerHost { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess(Name, "New flow host"))
        {
            return;
        }

        var entry = new HostEntry
        {
            Name = VisibleText.OfName(Name),
            HostName = HostName,
            UserName = UserName,
            Port = Port,
            KeyFilePath = KeyFilePath is null ? null : GetUnresolvedProviderPathFromPSPath(KeyFilePath),
            PowerShellPath = PowerShellPath,
            ThrottlePerHost = ThrottlePerHost,
            Options = HostSettings.OptionsOf(Options),
            Tags = Tag.Length == 0 ? null : [.. Tag.Select(VisibleText.OfName).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
        OrThrow(() =>
        {
            HostFile.Default.Set(entry);
            return true;
        });
        WriteObject(new FlowRemoteHost(entry));
    }
}
