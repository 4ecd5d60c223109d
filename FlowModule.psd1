@{
    RootModule           = 'bin/FlowModule.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '8d2c1f0e-6f0e-4b39-9d5a-3f1c7f6a9b42'
    Author               = 'FlowModule contributors'
    Copyright            = '(c) 2026 FlowModule contributors. MIT License.'
    Description          = 'Flows, parallel subflows and state objects for PowerShell: what Prefect does for Python, with no server to set up.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('FlowModule.Format.ps1xml')
    CmdletsToExport      = @(
        'New-Flow', 'Get-Flow', 'Remove-Flow', 'Get-FlowClosure',
        'Invoke-Flow', 'Start-Subflow', 'Receive-FlowResult', 'Stop-FlowRun',
        'Resume-FlowRun', 'Restart-FlowRun', 'Suspend-FlowRun', 'Debug-FlowRun', 'Wait-FlowInput',
        'Invoke-FlowTask', 'Start-FlowTask', 'Wait-FlowTask', 'Receive-FlowTask',
        'New-FlowLimit', 'Get-FlowLimit', 'Remove-FlowLimit', 'Clear-FlowCache',
        'Get-FlowRun', 'Get-FlowLog', 'Watch-FlowRun', 'Compare-FlowRun', 'Export-FlowRun', 'Remove-FlowRun', 'Get-FlowError',
        'Get-FlowHistory', 'Set-FlowHistory', 'Copy-FlowHistory', 'Get-FlowReport',
        'New-FlowSchedule', 'Register-FlowSchedule', 'Get-FlowSchedule', 'Unregister-FlowSchedule', 'Invoke-FlowSchedule',
        'Suspend-FlowSchedule', 'Resume-FlowSchedule',
        'Start-FlowScheduler', 'New-FlowNotification', 'Test-FlowNotification',
        'Start-FlowWorker', 'Get-FlowWorker', 'Stop-FlowWorker',
        'New-FlowHost', 'Get-FlowHost', 'Remove-FlowHost'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('flow', 'orchestration', 'workflow', 'parallel', 'prefect', 'runspace', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
