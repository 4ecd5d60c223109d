# Runs as jobs: waited for, received, stopped.
$flow = New-Flow work { param([int] $Seconds) Start-Sleep $Seconds; "slept $Seconds" }
$job = Invoke-Flow $flow -Seconds 0 -AsJob
Assert-Equal 'slept 0' ($job | Wait-Job -Timeout 120 | Receive-Job -InformationAction Ignore 6>$null | Receive-FlowResult) 'the result'
$slow = Invoke-Flow $flow -Seconds 6000 -AsJob
Wait-Until { Get-FlowRun -State Running } 'it runs'
$slow | Stop-Job
Wait-Until { $slow.State -eq 'Stopped' } 'the job is stopped'
Assert-Equal 'Cancelled' "$((Get-FlowRun -Last 1).State)" 'state'
