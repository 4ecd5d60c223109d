# What Task Scheduler is told for every kind of schedule keeps the rules of its format, and is UTF-16 with its mark. Wine's own Task Scheduler takes it too.
$env:CHECK_TASKS = "$here\tasks"
$null = New-Item -ItemType Directory tasks, programs
Set-Content programs\schtasks.cmd -Encoding ascii '@echo off', 'if /I "%~1"=="/Create" copy /Y "%~5" "%CHECK_TASKS%\" >nul', "`"$env:SystemRoot\system32\schtasks.exe`" %*"
$env:PATH = "$here\programs;$env:PATH"
Set-Content 'a & b.ps1' '"ran"'
$schedules = [ordered] @{
    'hourly'           = New-FlowSchedule -Cron '15 * * * *'
    'each five'        = New-FlowSchedule -Cron '*/5 * * * *'
    'working hours'    = New-FlowSchedule -Cron '*/15 8-18 * * 1-5'
    'days of a month'  = New-FlowSchedule -Cron '30 4 1,15 1-3 *'
    'last day'         = New-FlowSchedule -Cron '30 4 L * *'
    'second monday'    = New-FlowSchedule -Cron '30 4 * * MON#2'
    'last friday'      = New-FlowSchedule -Cron '30 4 * * 5L'
    'mondays of march' = New-FlowSchedule -Cron '30 4 * 3 1'
    'interval'         = New-FlowSchedule -Every 00:07
    'long interval'    = New-FlowSchedule -Every 2.00:00
    'daily ü'          = New-FlowSchedule -Daily -At 03:00, 15:30 -DaysInterval 3
    'weekly'           = New-FlowSchedule -Weekly -DaysOfWeek Monday, Sunday -At 05:00 -WeeksInterval 2
    'once'             = New-FlowSchedule -At ([datetime]::Now.AddDays(2).Date)
}
foreach ($name in $schedules.Keys) {
    Register-FlowSchedule 'a & b.ps1' $schedules[$name] -Name $name -Missed $(if ($name -like '*l*') { 'RunOnce' } else { 'Skip' })
}
$files = @(Get-ChildItem tasks)
Assert-Equal $schedules.Count $files.Count 'tasks'
$rules = [Xml.Schema.XmlSchemaSet]::new()
$null = $rules.Add([NullString]::Value, "$repository\tests\windows\task.xsd")
foreach ($file in $files) {
    $bytes = [IO.File]::ReadAllBytes($file.FullName)
    Assert-Equal '255 254' "$($bytes[0, 1])" "the mark of $($file.Name)"
    $text = [Text.Encoding]::Unicode.GetString($bytes, 2, $bytes.Length - 2)
    Assert ($text.StartsWith('<?xml version="1.0" encoding="UTF-16"?>')) 'it says UTF-16'
    $task = [xml]::new()
    $task.LoadXml($text)
    $task.Schemas = $rules
    $task.Validate($null)
    $exec = $task.Task.Actions.Exec
    Assert-Equal $flow $exec.Command 'the program'
    Assert ($task.Task.Principals.Principal.UserId -match '^[^\\]+\\[^\\]+$') 'the user'
}
$made = Get-ChildItem "$env:SystemRoot\system32\tasks\FlowModule"
foreach ($name in $schedules.Keys) { Assert ($made.Name -match "^$([regex]::Escape($name))\.[0-9a-f]{8}$") "Wine's Task Scheduler has '$name'" }
foreach ($name in 'con', 'NUL', 'com1.x') {
    $refused = $null
    try { Register-FlowSchedule 'a & b.ps1' $schedules['hourly'] -Name $name } catch { $refused = "$($_.FullyQualifiedErrorId)" }
    Assert ($refused -match 'Name') "'$name', which is a device, is refused as a name: $refused"
}
