# A time limit in a runspace ends a program that a body waits for, what it runs next does not run, and the worker goes on with the next.
$states = 'ping', 'sleep', 'loop', 'fine' | Start-Subflow -Flow {
    $what = $_
    try {
        switch ($_) {
            ping { & "$env:SystemRoot\system32\ping.exe" -n 6000 127.0.0.1 | Out-Null }
            sleep { Start-Sleep 6000 }
            loop { while ($true) { } }
            fine { 'fine' }
        }
        Add-Content reached $what
    }
    finally { Add-Content finally $what }
} -TimeoutSeconds 3 -KeepOrder -InformationAction Ignore -ErrorAction SilentlyContinue
Assert-Equal 'TimedOut TimedOut TimedOut Completed' "$($states.Name)" 'states'
Assert-Equal fine "$(Get-Content reached)" 'what was reached'
Assert-Equal 'ping sleep loop fine' "$(Get-Content finally)" 'finally blocks'
