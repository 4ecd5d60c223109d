# The log of a scheduled flow is renamed when it is large; while somebody reads it, which keeps it from being renamed here, nothing is lost, and later it is.
Set-Content job.ps1 '"line of $PID"'
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -LogPath "$here\logs\job.log"
$null = New-Item -ItemType Directory logs
[IO.File]::WriteAllText("$here\logs\job.log", 'x' * (11MB))
$reader = [IO.FileStream]::new("$here\logs\job.log", 'Open', 'Read', 'ReadWrite')
Assert-Equal Completed "$((Invoke-FlowSchedule job).State)" 'the first run'
$reader.Dispose()
Assert-Equal 1 @(Get-Content logs\* | Where-Object { $_ -match 'line of \d+$' }).Count 'lines that were written while it was read'
Assert-Equal Completed "$((Invoke-FlowSchedule job).State)" 'the second run'
Assert-Equal 'job.log job.log.1' "$((Get-ChildItem logs -Filter job.log* | Where-Object Name -notlike *.lock).Name | Sort-Object)" 'files'
Assert ((Get-Item logs\job.log).Length -lt 1MB -and (Get-Item logs\job.log.1).Length -gt 11MB) 'the large one was renamed'
Assert-Equal 2 @(Get-Content logs\* | Where-Object { $_ -match 'line of \d+$' }).Count 'lines in all'
