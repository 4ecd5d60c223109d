# What cannot be interrupted is ended with its process by -Force, with the program that it waits for, and it is no crash.
Set-Content flow.ps1 @'
New-Flow stuck -RunName stuck-one {
    $program = Start-Process "$env:SystemRoot\system32\ping.exe" '-n', '6000', '127.0.0.1' -PassThru -WindowStyle Hidden
    Set-Content running.tmp $program.Id; Rename-Item running.tmp running
    [Threading.Thread]::Sleep([Threading.Timeout]::Infinite)
} | Invoke-Flow
'@
$started = Start-FlowProcess 'run', 'flow.ps1'
Wait-Until { (Test-Path running) -or $started.Process.HasExited } 'the run is on'
Stop-FlowRun stuck-one -Force -GraceSeconds 1 -WarningAction SilentlyContinue
Wait-Until { $started.Process.HasExited } 'its process has ended'
Wait-Until { -not (Test-Process (Get-Content running)) } 'what it started has ended'
$run = Get-FlowRun stuck-one
Assert-Equal Cancelled "$($run.State)" "state ($($run.Message))"
