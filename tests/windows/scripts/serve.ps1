# flow serve over a folder: what scripts say of their times, one that comes later, one that is broken, the health file, and a program that is told of a failure.
$null = New-Item -ItemType Directory flows
Set-Content flows\each.ps1 '#FlowSchedule -Every 00:00:01', 'New-Flow each { "ran" } | Invoke-Flow'
[IO.File]::WriteAllText("$here\tell.ps1", '[IO.File]::WriteAllText("$PSScriptRoot\told.tmp", "$env:FLOW_STATE|$env:FLOW_EXIT_CODE|" + [Console]::In.ReadToEnd()); Move-Item "$PSScriptRoot\told.tmp" "$PSScriptRoot\told" -Force')
[IO.File]::WriteAllText("$here\serve.ps1", "Start-FlowScheduler flows -HealthPath health.json -OnFailure (New-FlowNotification '$flow' 'run', '$here\tell.ps1')")
$served = Start-FlowProcess 'run', 'serve.ps1'
try {
    Wait-Until { $served.Process.HasExited -or @(Get-FlowRun -Flow each -State Completed).Count -ge 2 } 'it runs each second'
    $health = Get-Content health.json -Raw | ConvertFrom-Json
    Assert-Equal "ok 1 $($served.Process.Id)" "$($health.status) $($health.schedules) $($health.processId)" 'health'
    Set-Content flows\failing.ps1 '#FlowSchedule -Every 00:00:01 -MultipleInstances IgnoreNew', 'throw "no größer"'
    Set-Content flows\broken.ps1 '#FlowSchedule -Cron nonsense'
    Wait-Until { $served.Process.HasExited -or (Test-Path told) } 'a failure was told'
    $told = Get-Content told -Raw
    Assert ($told -match '^Failed\|1\|\{') "what was told: $told"
    Assert-Equal 'no größer' ($told.Substring(9) | ConvertFrom-Json).message 'the message in it'
    Wait-Until { (Get-Content health.json -Raw | ConvertFrom-Json).schedules -eq 2 } 'the health file has two schedules'
    Assert ((Get-Content health.json -Raw | ConvertFrom-Json).lastError -match '\S') 'the health file has the last error'
    Remove-Item flows\each.ps1, flows\failing.ps1
    Wait-Until { (Get-Content health.json -Raw | ConvertFrom-Json).schedules -eq 0 } 'what is gone is not served'
}
finally {
    $served.Process.Kill()
    $end = Wait-FlowProcess $served
}
Assert ($end.Output -match "Serving 'each'") "it says what it serves: $($end.Output) $($end.Errors)"
Assert ("$($end.Output)$($end.Errors)" -match 'broken\.ps1') "it says what is wrong: $($end.Output) $($end.Errors)"
