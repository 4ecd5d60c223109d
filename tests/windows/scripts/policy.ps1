# Scripts run without any setting: RemoteSigned, as in pwsh, in this session, in workers and in their processes. No variable says so, for programs that a script
# starts would inherit it. What a user has set, or the environment says, rules.
Assert-Equal RemoteSigned "$(Get-ExecutionPolicy)" 'the policy'
Assert-Equal RemoteSigned "$(Get-ExecutionPolicy -Scope LocalMachine)" 'that of the machine'
Assert ($null -eq $env:PSExecutionPolicyPreference) 'the environment says nothing'
Set-Content part.ps1 'param($Item) "part $Item"'
foreach ($isolation in 'Runspace', 'NewRunspace', 'Process') {
    $said = 1 | Start-Subflow -Flow { "$(Get-ExecutionPolicy) $(& "$here\part.ps1" $_)" } -Isolation $isolation -Parallel -InformationAction Ignore | Receive-FlowResult
    Assert-Equal 'RemoteSigned part 1' $said "in a $isolation"
}
Set-Content hello.ps1 'Get-ExecutionPolicy'
$refused = Invoke-FlowProcess ('run', 'hello.ps1') @{ PSExecutionPolicyPreference = 'Restricted' }
Assert-Equal 1 $refused.ExitCode "exit code where the environment says Restricted ($($refused.Output))"
Assert ($refused.Errors -match 'running scripts is disabled') "it says why: $($refused.Errors)"
$config = Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'PowerShell\powershell.config.json'
$null = New-Item -ItemType Directory (Split-Path $config) -Force
try {
    Set-Content $config '{ "Microsoft.PowerShell:ExecutionPolicy": "Unrestricted" }'
    Assert-Equal Unrestricted (Invoke-FlowProcess 'run', 'hello.ps1').Lines[-1] "the policy that the user has set"
}
finally { Remove-Item $config }
