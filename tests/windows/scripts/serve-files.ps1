# Files that others read just then, without sharing them for a rename: the health file and a registration are written all the same, as soon as they can be.
Set-Content job.ps1 '"ran"'
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -Name job
$file = (Get-ChildItem home\schedules -Filter job.json).FullName
$reader = [IO.FileStream]::new($file, 'Open', 'Read', 'Read')
$closing = Start-ThreadJob { Start-Sleep 1; ($using:reader).Dispose() }
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 04:00) -Using Scheduler -Name job
$null = $closing | Wait-Job | Receive-Job
Assert ((Get-FlowSchedule job).When -match '04:00') 'the registration is the new one'
Assert-Equal 1 @(Get-ChildItem home\schedules -Filter *.json).Count 'registrations'
Assert-Equal 0 @(Get-ChildItem home\schedules -Filter *.tmp).Count 'files left behind'
