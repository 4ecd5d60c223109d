# What a script writes: output and host to standard output, errors to standard error, all in UTF-8, in its order, with no colours in a file.
[IO.File]::WriteAllText("$here\say.ps1", @'
'output ü €'; Write-Host 'host ü' -ForegroundColor Red; Write-Warning 'warned'; Write-Error 'wrong ü'; & "$env:SystemRoot\system32\cmd.exe" /c 'echo program'; 'last'
'@)
$end = Invoke-FlowProcess 'run', 'say.ps1'
Assert-Equal 0 $end.ExitCode 'exit code'
Assert-Equal 'output ü €|host ü|WARNING: warned|program|last' (($end.Lines | Where-Object { $_ -notmatch 'wrong' }) -join '|') 'output'
Assert ($end.Errors -match 'wrong ü') "errors: $($end.Errors)"
Assert ("$($end.Output)$($end.Errors)" -notmatch [char] 27) 'no colours'
