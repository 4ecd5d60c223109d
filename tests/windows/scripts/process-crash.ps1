# A body that takes its process down: its run is Crashed with what it last wrote, the others go on.
$states = 'good', 'exit', 'kill', 'good too' | Start-Subflow -Flow {
    switch ($_) {
        exit { [Console]::Error.WriteLine('last words'); [Environment]::Exit(9) }
        kill { Stop-Process -Id $PID -Force; Start-Sleep 600 }
        default { $_ }
    }
} -Parallel -ThrottleLimit 2 -Isolation Process -KeepOrder -InformationAction Ignore -ErrorAction SilentlyContinue
Assert-Equal 'Completed Crashed Crashed Completed' "$($states.Type)" "states ($($states.Message -join ' | '))"
Assert ($states[1].Message -match 'exit code 9' -and $states[1].Message -match 'last words') "the message says how: $($states[1].Message)"
Assert-Equal 'good good too' "$(($states | Where-Object Type -eq Completed).Result)" 'results'
