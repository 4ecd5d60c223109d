# Stop-FlowRun stops a run of another process in order: its finally block runs, and flow says so with its exit code.
Set-Content flow.ps1 @'
New-Flow long -RunName long-one { try { Set-Content running x; Start-Sleep 6000 } finally { Set-Content over x } } | Invoke-Flow
'@
$started = Start-FlowProcess 'run', 'flow.ps1'
Wait-Until { (Test-Path running) -or $started.Process.HasExited } 'the run is on'
Stop-FlowRun long-one -Wait
Assert-Equal Cancelled "$((Get-FlowRun long-one).State)" 'state'
$end = Wait-FlowProcess $started
Assert-Equal 3 $end.ExitCode "exit code ($($end.Errors))"
Assert (Test-Path over) 'its finally block ran'
