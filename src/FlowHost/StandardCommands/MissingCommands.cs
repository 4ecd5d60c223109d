using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// Tells a script that calls a standard command which this build lacks what it is missing and how to get it.
/// </summary>
internal static class MissingCommands
{
    private const string StartupCommand = "Initialize-FlowHost";

    // What pwsh has in these modules beside the commands that this build brings itself.
    private static readonly (string Module, string Names)[] Known =
    [
        ("Utility", """
            Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Markdown ConvertFrom-StringData
            ConvertTo-CliXml ConvertTo-Html ConvertTo-Xml Debug-Runspace Disable-PSBreakpoint Disable-RunspaceDebug Enable-PSBreakpoint
            Enable-RunspaceDebug Export-Alias Export-Clixml Export-FormatData Export-PSSession Format-Custom Format-Hex Format-List
            Format-Table Format-Wide Get-Alias Get-Culture Get-Error Get-Event Get-EventSubscriber Get-FormatData Get-Host
            Get-MarkdownOption Get-Member Get-PSBreakpoint Get-PSCallStack Get-Runspace Get-RunspaceDebug Get-SecureRandom
            Get-TraceSource Get-TypeData Get-UICulture Get-Unique Get-Uptime Get-Verb Import-Alias Import-Clixml Import-LocalizedData
            Import-PowerShellDataFile Import-PSSession Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-String New-Alias
            New-Event New-Guid New-Object New-TemporaryFile New-TimeSpan New-Variable Out-GridView Read-Host Register-EngineEvent
            Register-ObjectEvent Remove-Alias Remove-Event Remove-PSBreakpoint Remove-TypeData Remove-Variable Select-String Select-Xml
            Send-MailMessage Set-Alias Set-Date Set-MarkdownOption Set-PSBreakpoint Set-TraceSource Show-Command Show-Markdown Tee-Object
            Test-Json Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger Wait-Event
            """),
        ("Management", """
            Clear-Content Clear-Item Clear-ItemProperty Clear-RecycleBin Copy-ItemProperty Debug-Process Get-Clipboard Get-ComputerInfo
            Get-HotFix Get-ItemProperty Get-ItemPropertyValue Get-Process Get-PSDrive Get-PSProvider Get-Service Get-TimeZone Invoke-Item
            Move-ItemProperty New-ItemProperty New-PSDrive New-Service Remove-ItemProperty Remove-PSDrive Remove-Service Rename-Computer
            Rename-Item Rename-ItemProperty Restart-Computer Restart-Service Resume-Service Set-Clipboard Set-Item Set-ItemProperty
            Set-Service Set-TimeZone Start-Process Start-Service Stop-Computer Stop-Process Stop-Service Suspend-Service Test-Connection
            Wait-Process
            """),
        ("Security", """
            ConvertFrom-SecureString ConvertTo-SecureString Get-Acl Get-AuthenticodeSignature Get-CmsMessage Get-Credential
            Get-ExecutionPolicy Get-PfxCertificate Protect-CmsMessage Set-Acl Set-AuthenticodeSignature Set-ExecutionPolicy
            Unprotect-CmsMessage
            """),
        ("Host", "Start-Transcript Stop-Transcript"),
        ("ThreadJob", "Start-ThreadJob"),
        ("Archive", "Compress-Archive Expand-Archive"),
    ];

    private static readonly Lazy<Dictionary<string, string>> ModuleByCommand = new(() => new Dictionary<string, string>(
        from entry in Known
        from name in entry.Names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        select KeyValuePair.Create(name, entry.Module),
        StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Makes every runspace that is opened from <paramref name="state"/>, a flow's worker too, explain what it does not find.
    /// </summary>
    public static void ExplainIn(InitialSessionState state)
    {
        // A startup script is a command's name: no script needs to be parsed in each worker.
        state.Commands.Add(new SessionStateCmdletEntry(StartupCommand, typeof(ExplainCommand), helpFileName: null));
        state.StartupScripts.Add(StartupCommand);
    }

    /// <summary>The module of pwsh that has the command <paramref name="name"/>, when this build has not.</summary>
    public static string? ModuleOf(string name) => ModuleByCommand.Value.GetValueOrDefault(name);

    /// <summary>The command that stands for one that was not found, or null when nothing is known of it.</summary>
    private static CmdletInfo? Resolve(string name) => ModuleOf(name) is null ? null : new CmdletInfo(name, typeof(MissingCommand));

    /// <summary>Runs once in each new runspace.</summary>
    [Cmdlet(VerbsData.Initialize, "FlowHost")]
    private sealed class ExplainCommand : PSCmdlet
    {
        protected override void EndProcessing()
        {
            // By the variable: a cmdlet's own InvokeCommand is a copy that the engine never asks.
            if (GetVariableValue("ExecutionContext") is EngineIntrinsics engine)
            {
                engine.InvokeCommand.CommandNotFoundAction += (_, e) => e.Command ??= Resolve(e.CommandName);
            }
        }
    }
}
