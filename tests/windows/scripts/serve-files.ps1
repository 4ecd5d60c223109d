# Files that others read just then, without sharing them for a rename: the health file and a registration are written all the same, as soon as they can be.
Set-Content job.ps1 '"ran"'
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -Name job
$file = (Get-ChildItem home\schedules -Filter job.json).FullName
Add-Type 'namespace FlowCheck { public static class Closing { public static readonly System.Threading.TimerCallback Callback = file => ((System.IDisposable)file).Dispose(); } }'
$reader = [IO.FileStream]::new($file, 'Open', 'Read', 'Read')
$closing = [Threading.Timer]::new([FlowCheck.Closing]::Callback, $reader, 1000, -1)
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 04:00) -Using Scheduler -Name job
$closing.Dispose()
Assert ((Get-FlowSchedule job).When -match '04:00') 'the registration is the new one'
Assert-Equal 1 @(Get-ChildItem home\schedules -Filter *.json).Count 'registrations'
Assert-Equal 0 @(Get-ChildItem home\schedules -Filter *.tmp).Count 'files left behind'
