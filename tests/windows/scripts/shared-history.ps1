# Two processes write one history at once: nothing is lost, and a third reads meanwhile.
$text = '1..25 | Start-Subflow -Flow { Write-Host "line $_"; $_ } -Parallel -ThrottleLimit 4 -InformationAction Ignore | Out-Null'
$both = 1..2 | ForEach-Object { Start-FlowProcess 'command', $text }
while (-not ($both.Process.HasExited -notcontains $false)) { Get-FlowRun -Last 5 | Out-Null; Start-Sleep -Milliseconds 200 }
$ends = $both | ForEach-Object { Wait-FlowProcess $_ }
Assert-Equal '0 0' "$($ends.ExitCode)" "exit codes: $($ends.Errors)"
Assert-Equal '' "$($ends.Errors)".Trim() 'errors and warnings'
$runs = @(Get-FlowRun -Kind Flow -Last 100)
Assert-Equal 50 @($runs | Where-Object State -eq Completed).Count 'runs'
Assert-Equal 2 @($runs | Get-FlowLog | Where-Object Message -ceq 'line 25').Count 'log lines of item 25'
