BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
}

AfterAll {
    Get-Flow | Remove-Flow
    Get-Job | Remove-Job -Force
}

Describe '-AsJob' {
    It 'gives a job whose output is the state' {
        $factor = 3
        $job = Invoke-Flow { param($X) $X * $factor } -Parameters @{ X = 4 } -AsJob
        $job | Should -BeOfType [System.Management.Automation.Job]
        (Get-Job -Id $job.Id).InstanceId | Should -Be $job.InstanceId
        $job | Wait-Job -Timeout 30 | Receive-Job | Receive-FlowResult | Should -Be 12
        $job.State | Should -Be 'Completed'
        $job.HasMoreData | Should -BeFalse
    }

    It 'gives the states of subflows' {
        $job = 1..4 | Start-Subflow { $_ } -Parallel -AsJob
        $job | Wait-Job -Timeout 30 | Receive-Job | Receive-FlowResult | Sort-Object | Should -Be 1, 2, 3, 4
    }

    It 'fails when a run fails' {
        $job = Invoke-Flow { throw 'broken' } -AsJob
        $job | Wait-Job -Timeout 30 | Receive-Job -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeOfType [FlowModule.FlowState]
        $job.State | Should -Be 'Failed'
        "$failures" | Should -Be 'broken'
    }

    It 'keeps all streams' {
        $InformationPreference = 'Continue'
        $job = Invoke-Flow { Write-Warning 'careful'; Write-Host 'hello'; Write-Error 'oops' } -AsJob | Wait-Job -Timeout 30
        "$($job.Warning)" | Should -Be 'careful'
        "$($job.Information)" | Should -Match 'hello'
        "$($job.Error)" | Should -Be 'oops'
        $job | Receive-Job *>$null
    }

    It 'is stopped by Stop-Job, and the finally block runs' {
        $marks = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $job = Invoke-Flow { try { $marks.Enqueue('started'); Start-Sleep 60 } finally { $marks.Enqueue('finally') } } -AsJob
        $limit = [DateTime]::UtcNow.AddSeconds(20)
        while ($marks.IsEmpty -and [DateTime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
        $job | Stop-Job
        $job.State | Should -Be 'Stopped'
        $marks | Should -Be 'started', 'finally'
        ($job | Receive-Job -ErrorAction SilentlyContinue).Name | Should -Be 'Cancelled'
    }

    It 'is removed by Remove-Job -Force while it runs' {
        $job = Invoke-Flow { Start-Sleep 60 } -AsJob
        $job | Remove-Job -Force
        Get-Job -Id $job.Id -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'is stopped by Stop-FlowRun' {
        $job = New-Flow stoppable { Start-Sleep 60 } -RunName 'stoppable-run' | Invoke-Flow -AsJob
        $limit = [DateTime]::UtcNow.AddSeconds(20)
        do {
            $run = Stop-FlowRun stoppable-run -PassThru -ErrorAction SilentlyContinue
        } until ($run -or [DateTime]::UtcNow -gt $limit)
        $job | Wait-Job -Timeout 30 | Should -Not -BeNullOrEmpty
        $run.State.Name | Should -Be 'Cancelled'
    }
}
