# A time limit ends a body's process with the program that it runs and what that has started, also what was started to stay (a job object).
$state = New-Flow slow {
    $left = Start-Process "$env:SystemRoot\system32\ping.exe" '-n', '6000', '127.0.0.1' -PassThru -WindowStyle Hidden
    Set-Content left.tmp $left.Id
    Rename-Item left.tmp left
    Set-Content worker $PID
    & $cmd /c "ping.exe -n 6000 127.0.0.1 >nul"
} | Start-Subflow -Isolation Process -TimeoutSeconds 6 -InformationAction Ignore -ErrorAction SilentlyContinue
Assert-Equal 'Failed TimedOut' "$($state.Type) $($state.Name)" "state ($($state.Message))"
Assert (Test-Path left) 'the body got as far as its program'
foreach ($id in (Get-Content left), (Get-Content worker)) { Wait-Until { -not (Test-Process $id) } "process $id is gone" }
