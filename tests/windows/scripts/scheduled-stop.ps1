# A scheduled script that is stopped in order leaves no program behind; one that ends by itself may.
[IO.File]::WriteAllText("$here\job.ps1", @'
param([switch] $Stay)
$program = Start-Process "$env:SystemRoot\system32\ping.exe" '-n', '6000', '127.0.0.1' -PassThru -WindowStyle Hidden
Set-Content "$PSScriptRoot\running.tmp" $program.Id; Rename-Item "$PSScriptRoot\running.tmp" running
if ($Stay) { New-Flow long -RunName long-one { try { Start-Sleep 6000 } finally { Set-Content "$using:PSScriptRoot\over" x } } | Invoke-Flow }
'@)
$at = New-FlowSchedule -Daily -At 03:00
Register-FlowSchedule job.ps1 $at -Using Scheduler -Name short
Register-FlowSchedule job.ps1 $at -Using Scheduler -Name long -Parameters @{ Stay = $true }
Assert-Equal Completed "$((Invoke-FlowSchedule short).State)" 'one that ends by itself'
$id = Get-Content running
Assert (Test-Process $id) 'its program goes on'
Stop-Process -Id $id -Force
Remove-Item running
$started = Start-FlowProcess 'command', 'Invoke-FlowSchedule long'
Wait-Until { $started.Process.HasExited -or ((Test-Path running) -and (Get-FlowRun long-one -State Running -ErrorAction Ignore)) } 'the other runs'
$started.Process.Kill()
$null = Wait-FlowProcess $started
Wait-Until { Test-Path over } 'the script was stopped when the process that started it had ended'
Wait-Until { -not (Test-Process (Get-Content running)) } 'its program is ended'
