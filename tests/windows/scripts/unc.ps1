# A script on a share, a location there, and parts that it calls there.
[IO.File]::WriteAllText('\\server\share\part.ps1', '"part $args"')
[IO.File]::WriteAllText('\\server\share\on a share.ps1', @'
Set-Location $PSScriptRoot
New-Flow shared { 1..2 | Start-Subflow -Flow { "$(& .\part.ps1 $_) $((Get-Location).ProviderPath)" } -Parallel -KeepOrder | Receive-FlowResult } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
3 | Start-Subflow -Flow { "$(& .\part.ps1 $_) $((Get-Location).ProviderPath)" } -Isolation Process -InformationAction Ignore | Receive-FlowResult
'@)
$end = Invoke-FlowProcess 'run', '\\server\share\on a share.ps1'
Assert-Equal 0 $end.ExitCode "exit code ($($end.Errors))"
Assert-Equal 'part 1 \\server\share|part 2 \\server\share|part 3 \\server\share' ($end.Lines -join '|') 'what it said'
$run = Get-FlowRun -Flow shared
Assert-Equal Completed "$($run.State)" 'the run'
