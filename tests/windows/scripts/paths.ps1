# Paths with spaces, letters beyond ASCII and what is special to wildcards and to command lines; arguments with quotes and backslashes at their end; other drives.
$folder = "$here\my flows [ü] & 100% 'x'"
$null = New-Item -ItemType Directory $folder
[IO.File]::WriteAllText("$folder\a flow.ps1", @'
param([string] $One, [string] $Two, [switch] $Three)
"$One|$Two|$Three|$PSScriptRoot|$((Get-Location).ProviderPath)"
New-Flow odd { 1..2 | Start-Subflow -Flow { "$_ $((Get-Location).ProviderPath)" } -Parallel -Isolation Process -KeepOrder | Receive-FlowResult } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
'@)
$end = Wait-FlowProcess (Start-FlowProcess ('run', 'a flow.ps1', '-One', 'C:\ends with\', '-Two:say "hi" ü', '-Three') @{ FLOW_HOME = "$folder\home" } $folder)
Assert-Equal 0 $end.ExitCode "exit code ($($end.Errors))"
Assert-Equal "C:\ends with\|say `"hi`" ü|True|$folder|$folder" $end.Lines[0] 'arguments and places'
Assert-Equal "1 $folder|2 $folder" ($end.Lines[1, 2] -join '|') 'places of worker processes'
Assert ([IO.File]::Exists("$folder\home\history.db")) 'the history is where FLOW_HOME says'
Assert-Equal 1 @(Get-FlowRun -Flow odd -HistoryPath "$folder\home\history.db").Count 'runs in it'
Set-Location T:\
Assert-Equal 'T:\' (1 | Start-Subflow -Flow { (Get-Location).ProviderPath } -Parallel -InformationAction Ignore | Receive-FlowResult) 'a location on another drive'
Assert-Equal 'T:\' (1 | Start-Subflow -Flow { (Get-Location).ProviderPath } -Isolation Process -InformationAction Ignore | Receive-FlowResult) 'the same for a process'
Get-FlowRun | Export-FlowRun -Path "$folder\run.html"
Assert ([IO.File]::ReadAllText("$folder\run.html") -match '</html>') 'a run is written as a page'
