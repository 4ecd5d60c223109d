# A limit is shared by all processes: never two at once.
New-FlowLimit one -MaxConcurrency 1
[IO.File]::WriteAllText("$here\use.ps1", @'
1..4 | Start-Subflow -Flow {
    $file = [IO.File]::Open("$using:PSScriptRoot\alone", 'OpenOrCreate', 'ReadWrite', 'None')
    Start-Sleep -Milliseconds 100
    $file.Dispose()
} -Limit one -Parallel -InformationAction Ignore | Out-Null
'@)
$ends = 1..2 | ForEach-Object { Start-FlowProcess 'run', 'use.ps1' } | ForEach-Object { $_ } | ForEach-Object { Wait-FlowProcess $_ }
Assert-Equal '0 0' "$($ends.ExitCode)" "exit codes ($($ends.Errors))"
Assert-Equal 8 @(Get-FlowRun -Kind Flow -Last 100 -State Completed).Count 'runs that completed'
