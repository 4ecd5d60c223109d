using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell.Commands;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// The commands of PowerShell's Utility and Management modules that flow scripts use all the time, for a build without
/// those modules: subsets, each faithful in what it has. They are in the session state that workers are opened from:
/// subflows have them too.
/// </summary>
internal static class StandardCommandSet
{
    public static void AddTo(InitialSessionState state)
    {
        foreach ((string name, Type type) in All())
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, helpFileName: null));
        }

        if (EngineInternals.CanFormat)
        {
            state.Commands.Add(new SessionStateCmdletEntry("Format-List", typeof(FormatListCommand), helpFileName: null));
            state.Commands.Add(new SessionStateCmdletEntry("Format-Table", typeof(FormatTableCommand), helpFileName: null));
        }
    }

    // Spelled out, not found by reflection: at every start that would cost more than opening the runspace.
    private static IEnumerable<(string Name, Type Type)> All() =>
    [
        ("Add-Content", typeof(AddContentCommand)),
        ("Convert-Path", typeof(ConvertPathCommand)),
        ("ConvertFrom-Csv", typeof(ConvertFromCsvCommand)),
        ("ConvertFrom-Json", typeof(ConvertFromJsonCommand)),
        ("ConvertTo-Csv", typeof(ConvertToCsvCommand)),
        ("ConvertTo-Json", typeof(ConvertToJsonCommand)),
        ("Copy-Item", typeof(CopyItemCommand)),
        ("Export-Csv", typeof(ExportCsvCommand)),
        ("Get-ChildItem", typeof(GetChildItemCommand)),
        ("Get-Content", typeof(GetContentCommand)),
        ("Get-Date", typeof(GetDateCommand)),
        ("Get-FileHash", typeof(GetFileHashCommand)),
        ("Get-Item", typeof(GetItemCommand)),
        ("Get-Location", typeof(GetLocationCommand)),
        ("Get-Random", typeof(GetRandomCommand)),
        ("Get-Variable", typeof(GetVariableCommand)),
        ("Group-Object", typeof(GroupObjectCommand)),
        ("Import-Csv", typeof(ImportCsvCommand)),
        ("Join-Path", typeof(JoinPathCommand)),
        ("Measure-Command", typeof(MeasureCommandCommand)),
        ("Measure-Object", typeof(MeasureObjectCommand)),
        ("Move-Item", typeof(MoveItemCommand)),
        ("New-Item", typeof(NewItemCommand)),
        ("Out-File", typeof(OutFileCommand)),
        ("Out-String", typeof(OutStringCommand)),
        ("Pop-Location", typeof(PopLocationCommand)),
        ("Push-Location", typeof(PushLocationCommand)),
        ("Remove-Item", typeof(RemoveItemCommand)),
        ("Resolve-Path", typeof(ResolvePathCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
        ("Set-Content", typeof(SetContentCommand)),
        ("Set-Location", typeof(SetLocationCommand)),
        ("Set-Variable", typeof(SetVariableCommand)),
        ("Sort-Object", typeof(SortObjectCommand)),
        ("Split-Path", typeof(SplitPathCommand)),
        ("Start-Sleep", typeof(StartSleepCommand)),
        ("Test-Path", typeof(TestPathCommand)),
        ("Write-Debug", typeof(WriteDebugCommand)),
        ("Write-Error", typeof(WriteErrorCommand)),
        ("Write-Host", typeof(WriteHostCommand)),
        ("Write-Information", typeof(WriteInformationCommand)),
        ("Write-Output", typeof(WriteOutputCommand)),
        ("Write-Progress", typeof(WriteProgressCommand)),
        ("Write-Verbose", typeof(WriteVerboseCommand)),
        ("Write-Warning", typeof(WriteWarningCommand)),
    ];
}
