# PowerShell's own commands, those that are on Windows alone too, here and in workers; modules are found where pwsh finds them.
foreach ($name in 'Get-Content', 'ConvertTo-Json', 'Get-FileHash', 'Start-Process', 'Get-Acl', 'Get-Clipboard', 'Get-Service', 'Get-CimInstance', 'Get-WinEvent', 'Get-Counter', 'Set-ExecutionPolicy', 'Get-Credential') {
    Assert ($null -ne (Get-Command $name -ErrorAction Ignore)) "there is $name"
}
Assert (Test-Path HKCU:\Software) 'there is the registry'
$folder = Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'PowerShell\Modules\FlowCheck'
$null = New-Item -ItemType Directory $folder -Force
Set-Content "$folder\FlowCheck.psm1" 'function Get-FlowCheck { "from a module" }'
foreach ($isolation in 'Runspace', 'Process') {
    $said = 1 | Start-Subflow -Flow { "$(Get-FlowCheck) $((Get-Item HKCU:\Software).PSProvider.Name) $(('{"a":5}' | ConvertFrom-Json).a)" } -Parallel -Isolation $isolation -InformationAction Ignore | Receive-FlowResult
    Assert-Equal 'from a module Registry 5' $said "in a $isolation"
}
