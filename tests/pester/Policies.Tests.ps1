BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
}

AfterAll {
    Get-FlowLimit | Remove-FlowLimit
    Get-Flow | Remove-Flow
}

Describe 'Retries' {
    It 'run the body again until it completes' {
        $state = Start-Subflow { if ($FlowRun.Attempt -lt 3) { throw 'busy' }; "attempt $($FlowRun.Attempt)" } -Retry 5 -RetryDelaySeconds 0.05
        $state.Result | Should -Be 'attempt 3'
        $state.Run.States.Name | Should -Be 'Pending', 'Running', 'AwaitingRetry', 'Retrying', 'AwaitingRetry', 'Retrying', 'Completed'
    }

    It 'run it again at once on a worker too' {
        1..3 | Start-Subflow { if ($FlowRun.Attempt -eq 1) { throw 'busy' }; $_ } -Retry 1 -Parallel -KeepOrder | Receive-FlowResult | Should -Be 1, 2, 3
    }

    It 'end with the last failure and one error' {
        $state = New-Flow never { throw "try $($FlowRun.Attempt)" } -Retry 2 | Invoke-Flow -ErrorAction SilentlyContinue -ErrorVariable failures
        "$($state.Error)" | Should -Be 'try 3'
        $failures | Should -HaveCount 1
    }

    It 'ask -RetryIf' {
        $seen = [System.Collections.Generic.List[string]]::new()
        $state = Invoke-FlowTask { throw '404' } -Retry 5 -RetryIf { param($State) $seen.Add("$($State.Name) $($_.Error)"); $false } -ReturnState
        $state.Run.Attempt | Should -Be 1
        $seen | Should -Be 'Failed 404'
    }

    It 'mind what the failure says' {
        (Invoke-FlowTask { throw [FlowModule.FlowRetryException]::new('for good') } -Retry 5 -ReturnState).Run.Attempt | Should -Be 1
        $state = Invoke-FlowTask { throw [FlowModule.FlowRetryException]::new('busy', 0.3) } -Retry 1 -ReturnState
        $state.Run.Attempt | Should -Be 2
        $waited = $state.Run.States | Where-Object Name -EQ AwaitingRetry
        ($waited.ScheduledTime - $waited.Timestamp).TotalSeconds | Should -BeGreaterThan 0.29
    }

    It 'do not run again what completed, unless told' {
        $ran = [System.Collections.Generic.List[string]]::new()
        $flow = New-Flow steps { Invoke-FlowTask first { $ran.Add('first'); 1 } | Out-Null; if ($FlowRun.Attempt -eq 1) { throw 'later' }; 'done' } -Retry 1
        Invoke-Flow $flow | Receive-FlowResult | Should -Be 'done'
        $ran | Should -HaveCount 1
        Start-Subflow $flow -NoReuse | Receive-FlowResult | Should -Be 'done'
        $ran | Should -HaveCount 3
    }
}

Describe 'Timeouts' {
    It 'are for each attempt' {
        # The second is quick, but on a busy machine its time may be up before it has begun.
        $state = Invoke-FlowTask { if ($TaskRun.Attempt -eq 1) { Start-Sleep 600 }; 'quick' } -TimeoutSeconds 0.5 -Retry 20 -ReturnState
        $state.Result | Should -Be 'quick'
        $state.Run.Attempt | Should -BeGreaterOrEqual 2
    }

    It 'end a native command' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $command = $IsWindows ? { ping -n 600 127.0.0.1 } : { sleep 600 }
        (Start-Subflow $command -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue).Name | Should -Be 'TimedOut'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 300
    }
}

Describe 'Cached results' {
    It 'are taken by key, by input and by source' {
        $ran = [System.Collections.Generic.List[string]]::new()
        foreach ($i in 1..2) { Invoke-FlowTask by-key { $ran.Add('key') } -CacheKey 'one' }
        foreach ($i in 1, 2, 1) { Invoke-FlowTask by-input { $ran.Add('input'); $_ } -InputObject $i -CachePolicy Inputs | Should -Be $i }
        foreach ($body in { $ran.Add('source') }, { $ran.Add('source'); 2 }) { $null = Invoke-FlowTask by-source $body -CachePolicy Inputs, Source }
        $ran -join ' ' | Should -Be 'key input input source source'
    }

    It 'end Completed, named Cached' {
        foreach ($i in 1..2) { $state = Invoke-FlowTask named { 5 } -CacheKey 'n' -ReturnState }
        "$($state.Type) $($state.Name) $($state.Result)" | Should -Be 'Completed Cached 5'
    }

    It 'expire, and are made anew on demand' {
        $ran = [System.Collections.Generic.List[int]]::new()
        Invoke-FlowTask old { $ran.Add(1) } -CacheKey 'o' -CacheExpiration 0.1
        Start-Sleep -Milliseconds 300
        Invoke-FlowTask old { $ran.Add(2) } -CacheKey 'o' -CacheExpiration '01:00'
        Invoke-FlowTask old { $ran.Add(3) } -CacheKey 'o'
        Invoke-FlowTask old { $ran.Add(4) } -CacheKey 'o' -RefreshCache
        $ran | Should -Be 1, 2, 4
    }

    It 'are computed once by two that want them at once' {
        $ran = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $results = 1..4 | Invoke-FlowTask once { $ran.Enqueue($_); Start-Sleep -Milliseconds 200; 'made' } -CacheKey 'w' -Parallel -ThrottleLimit 4
        $results | Should -Be 'made', 'made', 'made', 'made'
        $ran | Should -HaveCount 1
    }

    It 'fail the task when the key cannot be made' {
        { Invoke-FlowTask bad-key { 1 } -CacheKey { throw 'no key' } } | Should -Throw '*no key*' -ErrorId 'FlowCacheKeyInvalid,*'
    }
}

Describe 'Hooks' {
    It 'get the flow, the run and the state' {
        $seen = [System.Collections.Generic.List[string]]::new()
        $flow = New-Flow hooked { throw 'bad' } -OnRunning { $seen.Add("running $($args[0].Name)") } -OnFailure { param($Flow, $Run, $State) $seen.Add("failed $($Flow.Name) $($Run.FlowName) $($State.Error) $($_.Name)") } -OnCompletion { $seen.Add('no') }
        $null = Invoke-Flow $flow -ErrorAction SilentlyContinue
        $seen | Should -Be 'running hooked', 'failed hooked hooked bad Failed'
    }

    It 'are called on workers, with what they use' {
        $seen = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $word = 'done'
        $null = 1..3 | Start-Subflow { $_ } -Parallel -OnCompletion { param($Flow, $Run) $seen.Enqueue("$word $($Run.InputObject)") }
        $seen | Sort-Object | Should -Be 'done 1', 'done 2', 'done 3'
    }

    It 'change nothing when they throw' {
        $state = New-Flow broken-hook { 5 } -OnCompletion { throw 'hook' } | Invoke-Flow -WarningVariable warnings -WarningAction SilentlyContinue
        $state.Result | Should -Be 5
        "$warnings" | Should -Match 'OnCompletion.*hook'
    }
}

Describe 'Rollbacks' {
    BeforeAll { $undo = { param($Task, $Run, $State) $undone.Add("$($Task.Name) $($_.Result)") } }

    It 'run in reverse, once, when the flow fails' {
        $undone = [System.Collections.Generic.List[string]]::new()
        $null = New-Flow fails {
            Invoke-FlowTask one { 'A' } -OnRollback $undo
            Invoke-Flow { Invoke-FlowTask two { 'B' } -OnRollback $undo }
            Invoke-FlowTask three { throw 'bad' } -OnRollback $undo
        } -Retry 1 | Invoke-Flow -ErrorAction SilentlyContinue
        $undone | Should -Be 'two B', 'one A'
    }

    It 'do not run when it completes' {
        $undone = [System.Collections.Generic.List[string]]::new()
        $null = Invoke-Flow { Invoke-FlowTask one { 'A' } -OnRollback $undo }
        $undone | Should -BeNullOrEmpty
    }
}

Describe 'Limits' {
    It 'hold whatever the throttle limit is' {
        $limit = New-FlowLimit two -MaxConcurrency 2
        $seen = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
        $null = 1..8 | Start-Subflow { $seen.Add($limit.Active); Start-Sleep -Milliseconds 30 } -Parallel -ThrottleLimit 8 -Limit two
        ($seen | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 2
        $limit.Active | Should -Be 0
    }

    It 'show who waits' {
        $null = New-FlowLimit one -MaxConcurrency 1
        $go = [System.Threading.ManualResetEventSlim]::new()
        $tasks = 1..3 | Start-FlowTask { $go.Wait(600000) } -Limit one
        $until = [DateTime]::UtcNow.AddSeconds(600)
        # They count as waiting a moment before their states say so.
        while (@($tasks.State.Name -eq 'AwaitingConcurrencySlot').Count -lt 2 -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
        "$((Get-FlowLimit one).Active) $((Get-FlowLimit one).Waiting)" | Should -Be '1 2'
        @($tasks.State.Name -eq 'AwaitingConcurrencySlot').Count | Should -Be 2
        $go.Set()
        $null = Wait-FlowTask $tasks
        (Get-FlowLimit one).Waiting | Should -Be 0
    }

    It 'are changed by the same name, found by pattern, and removed' {
        $limit = New-FlowLimit lim-a -MaxConcurrency 1
        $null = New-FlowLimit lim-b -PerSecond 5
        $null = New-FlowLimit LIM-A -MaxConcurrency 7
        $limit.MaxConcurrency | Should -Be 7
        (Get-FlowLimit lim-*).Name | Sort-Object | Should -Be 'lim-a', 'lim-b'
        Get-FlowLimit lim-* | Remove-FlowLimit
        Get-FlowLimit lim-* | Should -BeNullOrEmpty
    }

    It 'that do not exist, or limit nothing, are errors' {
        { Start-Subflow { 1 } -Limit nowhere } | Should -Throw -ErrorId 'FlowLimitNotFound,*'
        { New-FlowLimit nothing } | Should -Throw -ErrorId 'FlowLimitEmpty,*'
        Get-FlowLimit nowhere -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
        $failures[0].FullyQualifiedErrorId | Should -Match '^FlowLimitNotFound,'
    }

    It 'make nothing with -WhatIf' {
        New-FlowLimit whatif -MaxConcurrency 1 -WhatIf | Should -BeNullOrEmpty
        Get-FlowLimit what* | Should -BeNullOrEmpty
    }
}

Describe 'Fan-outs' {
    It 'stop when more fail than may' {
        $states = 1..6 | Start-Subflow { if ($_ -le 2) { throw 'bad' } } -MaxFailures 1 -ErrorAction SilentlyContinue
        $states.Name | Should -Be 'Failed', 'Failed', 'Cancelled', 'Cancelled', 'Cancelled', 'Cancelled'
        $states[-1].Message | Should -Be '2 of 6 subflow runs failed, which is more than -MaxFailures 1.'
    }

    It 'go in waves' {
        $ran = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $null = 1..10 | Start-Subflow { $ran.Enqueue($_); if ($_ -eq 3) { throw 'bad' } } -Parallel -ThrottleLimit 1 -Wave 1, 30% -ErrorAction SilentlyContinue
        $ran | Sort-Object | Should -Be 1, 2, 3
        1..10 | Invoke-FlowTask { $_ } -Parallel -Wave 1, 10%, 100% | Should -Be (1..10)
    }

    It 'refuse a wave of nothing' {
        { 1 | Start-Subflow { 1 } -Wave 0 } | Should -Throw '*the minimum is 1*'
        { 1 | Start-Subflow { 1 } -Wave 101% } | Should -Throw
    }
}

Describe 'Isolation' {
    It '<_> gives the same results' -ForEach 'Runspace', 'NewRunspace', 'Process' {
        $factor = 3
        1..3 | Start-Subflow { $_ * $factor } -Parallel -KeepOrder -Isolation $_ | Receive-FlowResult | Should -Be 3, 6, 9
    }

    It 'Process has another process id' {
        Start-Subflow { $PID } -Isolation Process | Receive-FlowResult | Should -Not -Be $PID
    }

    It 'Process crashes alone' {
        $states = 1..3 | Start-Subflow { if ($_ -eq 2) { [Environment]::FailFast('on purpose') }; $_ } -Parallel -ThrottleLimit 3 -KeepOrder -Isolation Process -ErrorAction SilentlyContinue
        $states.Name | Should -Be 'Completed', 'Crashed', 'Completed'
    }
}
