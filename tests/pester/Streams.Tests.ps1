BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
}

AfterAll { Get-Flow | Remove-Flow }

Describe 'The streams of a flow<_>' -ForEach '', ' -Parallel' {
    BeforeAll {
        $how = @{ Parallel = [bool] $_ }
        $body = {
            Write-Host 'host'
            Write-Warning 'warning'
            Write-Error 'error'
            Write-Verbose 'verbose' -Verbose
            Write-Debug 'debug' -Debug
            Write-Information 'information'
            'output'
        }
    }

    It 'keep the order of the body when merged' {
        $VerbosePreference = $DebugPreference = 'Continue'
        $all = 1 | Start-Subflow $body @how -Confirm:$false *>&1
        $texts = foreach ($record in $all) { $record -is [FlowModule.FlowState] ? 'state' : "$record" -replace '^[\d:.]+ \| (\w+).*', '$1' }
        $texts -notmatch '^Performing' -replace '^\[[a-z]+-[a-z]+ \(1\)\] ' -join ' ' | Should -Be 'Beginning host warning error verbose debug information Flow state'
    }

    It 'leave the states alone with 6>$null' {
        $all = @(1 | Start-Subflow { Write-Host 'host'; 'x' } @how 6>$null)
        $all | Should -HaveCount 1
        $all[0] | Should -BeOfType [FlowModule.FlowState]
    }

    It 'merge warnings with 3>&1' {
        $records = @(1 | Start-Subflow { Write-Warning 'careful' } @how 6>$null 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        "$records" | Should -Match '^\[[a-z]+-[a-z]+ \(1\)\] careful$'
    }

    It 'are collected by -WarningVariable and -InformationVariable' {
        $null = 1 | Start-Subflow { Write-Warning 'careful'; Write-Host 'hello' } @how -WarningVariable warnings -InformationVariable lines 3>$null 6>$null
        "$warnings" | Should -Match '^\[[a-z]+-[a-z]+ \(1\)\] careful$'
        $lines | Should -HaveCount 3
        "$($lines[1])" | Should -Be 'hello'
        $lines[0].Tags | Should -Contain 'FlowLog'
        $lines[1].Tags | Should -Not -Contain 'FlowLog'
    }

    It 'are without log lines under -InformationAction SilentlyContinue' {
        $null = 1 | Start-Subflow { Write-Host 'hello' } @how -InformationAction SilentlyContinue -InformationVariable lines 6>$null
        "$lines" | Should -Be 'hello'
    }

    It 'are silent under $InformationPreference = Ignore' {
        $InformationPreference = 'Ignore'
        $null = 1 | Start-Subflow { Write-Host 'hello' } @how -InformationVariable lines
        $lines | Should -BeNullOrEmpty
    }

    It 'go by the verbose preference of the session' {
        $VerbosePreference = 'Continue'
        $all = 1 | Start-Subflow { Write-Verbose 'told' } @how 6>$null 4>&1
        "$($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] -and $_.Message -eq 'told' })" | Should -Be 'told'
    }
}

Describe 'A reader that has seen enough' {
    It 'stops the siblings, whose finally blocks run' {
        $marks = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $first = 1..3 | Start-Subflow {
            try { if ($_ -gt 1) { Start-Sleep 600 }; $_ } finally { $marks.Enqueue($_) }
        } -Parallel -ThrottleLimit 3 -InformationAction Ignore | Select-Object -First 1
        $first.Result | Should -Be 1
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 300
        $marks | Should -Contain 1

        # One that is still being opened, or closed, looks broken for a moment.
        $until = [DateTime]::UtcNow.AddSeconds(600)
        function Get-Broken { Get-Runspace | Where-Object { $_.Name -eq 'FlowModule worker' -and $_.RunspaceAvailability -eq 'None' } }
        while ((Get-Broken) -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
        Get-Broken | Should -BeNullOrEmpty
    }

    It 'lets the rest of the script run on' {
        $after = Invoke-Flow { 1..3 | Start-Subflow { $_ } | Select-Object -First 1 | Receive-FlowResult; 'after' } -InformationAction Ignore
        $after.Result | Should -Be 1, 'after'
    }
}
