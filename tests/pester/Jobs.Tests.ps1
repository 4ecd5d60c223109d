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
        $job | Wait-Job -Timeout 600 | Receive-Job | Receive-FlowResult | Should -Be 12
        $job.State | Should -Be 'Completed'
        $job.HasMoreData | Should -BeFalse
    }

    It 'gives the states of subflows' {
        $job = 1..4 | Start-Subflow { $_ } -Parallel -AsJob
        $job | Wait-Job -Timeout 600 | Receive-Job | Receive-FlowResult | Sort-Object | Should -Be 1, 2, 3, 4
    }

    It 'fails when a run fails' {
        $job = Invoke-Flow { throw 'broken' } -AsJob
        $job | Wait-Job -Timeout 600 | Receive-Job -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeOfType [FlowModule.FlowState]
        $job.State | Should -Be 'Failed'
        "$failures" | Should -Be 'broken'
    }

    It 'keeps all streams' {
        $InformationPreference = 'Continue'
        $job = Invoke-Flow { Write-Warning 'careful'; Write-Host 'hello'; Write-Error 'oops' } -AsJob | Wait-Job -Timeout 600
        "$($job.Warning)" | Should -Be 'careful'
        "$($job.Information)" | Should -Match 'hello'
        "$($job.Error)" | Should -Be 'oops'
        $job | Receive-Job *>$null
    }

    It 'is stopped by Stop-Job, and the finally block runs' {
        $marks = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $job = Invoke-Flow { try { $marks.Enqueue('started'); Start-Sleep 600 } finally { $marks.Enqueue('finally') } } -AsJob
        $limit = [DateTime]::UtcNow.AddSeconds(600)
        while ($marks.IsEmpty -and [DateTime]::UtcNow -lt $limit) { Start-Sleep -Milliseconds 20 }
        $job | Stop-Job
        $job.State | Should -Be 'Stopped'
        $marks | Should -Be 'started', 'finally'
        ($job | Receive-Job -ErrorAction SilentlyContinue).Name | Should -Be 'Cancelled'
    }

    It 'is removed by Remove-Job -Force while it runs' {
        $job = Invoke-Flow { Start-Sleep 600 } -AsJob
        $job | Remove-Job -Force
        Get-Job -Id $job.Id -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'is stopped by Stop-FlowRun' {
        $job = New-Flow stoppable { Start-Sleep 600 } -RunName 'stoppable-run' | Invoke-Flow -AsJob
        $limit = [DateTime]::UtcNow.AddSeconds(600)
        do {
            $run = Stop-FlowRun stoppable-run -PassThru -ErrorAction SilentlyContinue
        } until ($run -or [DateTime]::UtcNow -gt $limit)
        $job | Wait-Job -Timeout 600 | Should -Not -BeNullOrEmpty
        $run.State.Name | Should -Be 'Cancelled'
    }
}

Describe 'The job cmdlets' {
    It 'Wait-Job -Any gives the first that ends' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $slow = Invoke-Flow { $null = $go.Wait(600000) } -AsJob
        $quick = Invoke-Flow { 'quick' } -AsJob
        ($slow, $quick | Wait-Job -Any -Timeout 600).Id | Should -Be $quick.Id
        $slow.State | Should -Be 'Running'
        $go.Set()
        ($slow | Wait-Job -Timeout 600).State | Should -Be 'Completed'
    }

    It 'Wait-Job gives nothing when its time is up, and the job runs on' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $job = Invoke-Flow { $null = $go.Wait(600000); 'done' } -AsJob
        $job | Wait-Job -Timeout 1 | Should -BeNullOrEmpty
        $go.Set()
        $job | Wait-Job -Timeout 600 | Receive-Job | Receive-FlowResult | Should -Be 'done'
    }

    It 'Receive-Job -Keep gives the output again, and without it once' {
        $job = 1..3 | Start-Subflow { $_ } -Parallel -AsJob | Wait-Job -Timeout 600
        foreach ($time in 1, 2) { $job | Receive-Job -Keep | Receive-FlowResult | Sort-Object | Should -Be 1, 2, 3 }
        @($job | Receive-Job) | Should -HaveCount 3
        $job | Receive-Job | Should -BeNullOrEmpty
    }

    It 'Receive-Job -Wait -AutoRemoveJob waits, gives states as they come, and leaves no job' {
        $job = 1..3 | Start-Subflow { $_ * 2 } -Parallel -KeepOrder -AsJob
        $job | Receive-Job -Wait -AutoRemoveJob | Receive-FlowResult | Should -Be 2, 4, 6
        Get-Job -Id $job.Id -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'Receive-Job of a job that runs gives what has ended so far' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $job = 1..2 | Start-Subflow { if ($_ -eq 2) { $null = $go.Wait(600000) }; $_ } -Parallel -ThrottleLimit 2 -AsJob
        $limit = [DateTime]::UtcNow.AddSeconds(600)
        do { $first = $job | Receive-Job } until ($first -or [DateTime]::UtcNow -gt $limit)
        $first | Receive-FlowResult | Should -Be 1
        $job.State | Should -Be 'Running'
        $go.Set()
        $job | Wait-Job -Timeout 600 | Receive-Job | Receive-FlowResult | Should -Be 2
    }

    It 'Stop-Job ends all subflows, and Get-Job says so' {
        $ends = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $started = [System.Threading.CountdownEvent]::new(3)
        $job = 1..3 | Start-Subflow { try { $null = $started.Signal(); Start-Sleep 600 } finally { $ends.Enqueue($_) } } -Parallel -ThrottleLimit 3 -AsJob
        $started.Wait(600000) | Should -BeTrue
        $job | Stop-Job
        (Get-Job -Id $job.Id).State | Should -Be 'Stopped'
        $ends | Sort-Object | Should -Be 1, 2, 3
    }

    It 'Remove-Job refuses a job that runs, and removes one that has ended' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $job = Invoke-Flow { $null = $go.Wait(600000) } -AsJob
        { $job | Remove-Job -ErrorAction Stop } | Should -Throw
        (Get-Job -Id $job.Id).State | Should -Be 'Running'
        $go.Set()
        $job | Wait-Job -Timeout 600 | Remove-Job
        Get-Job -Id $job.Id -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'Get-Job and Remove-Job find each once, by whatever names it' {
        $job = 1..2 | Start-Subflow { $_ } -Parallel -AsJob | Wait-Job -Timeout 600
        @(Get-Job | Where-Object Id -EQ $job.Id).Count | Should -Be 1
        foreach ($by in @{ Id = $job.Id }, @{ InstanceId = $job.InstanceId }, @{ Name = $job.Name }, @{ State = 'Completed' }, @{ Command = '*Start-Subflow*' }) {
            @(Get-Job @by | Where-Object Id -EQ $job.Id).Count | Should -Be 1 -Because "$($by.Keys)"
        }

        @(Get-Job -Id $job.Id -IncludeChildJob).Count | Should -Be 3
        Remove-Job -Id $job.Id
        Get-Job | Where-Object Id -EQ $job.Id | Should -BeNullOrEmpty
    }

    It 'Stop-Job of a child leaves the others, and Receive-Job of what was stopped writes no error' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $started = [System.Threading.CountdownEvent]::new(2)
        $job = 1..2 | Start-Subflow { $null = $started.Signal(); if ($_ -eq 1) { Start-Sleep 600 } else { $null = $go.Wait(600000) }; $_ } -Parallel -ThrottleLimit 2 -AsJob
        $started.Wait(600000) | Should -BeTrue
        $job.ChildJobs[0] | Stop-Job
        "$($job.ChildJobs[0].State) $($job.State)" | Should -Be 'Stopped Running'
        $go.Set()
        $job | Wait-Job -Timeout 600 | Receive-Job -ErrorAction Stop | ForEach-Object Name | Should -Be 'Cancelled', 'Completed'
        $job.State | Should -Be 'Stopped'
    }

    It 'Get-Job finds it by its name and state, and shows it as a job of its own kind' {
        $job = New-Flow named { 1 } | Invoke-Flow -AsJob | Wait-Job -Timeout 600
        (Get-Job -Name $job.Name).Id | Should -Contain $job.Id
        (Get-Job -State Completed).Id | Should -Contain $job.Id
        $job.PSJobTypeName | Should -Not -BeNullOrEmpty
        $job | Out-String | Should -Match 'Completed'
    }
}
