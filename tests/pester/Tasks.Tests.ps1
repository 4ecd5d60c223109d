BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
}

AfterAll { Get-Flow | Remove-Flow }

Describe 'Invoke-FlowTask' {
    It 'gives what the script block outputs' {
        Invoke-FlowTask add { param($X, $Y = 10) $X + $Y } -Parameters @{ X = 5 } | Should -Be 15
        Invoke-FlowTask { 'unnamed' } | Should -Be 'unnamed'
        Invoke-FlowTask nothing { } | Should -BeNullOrEmpty
    }

    It 'sees what a function of the session would see' {
        function Get-Twice($Number) { $Number * 2 }
        $factor = 3
        Invoke-FlowTask { $factor * (Get-Twice 2) } | Should -Be 12
        2 | Invoke-FlowTask { $factor * (Get-Twice $_) } -Parallel | Should -Be 12
    }

    It 'throws the original error, which can be caught' {
        try {
            Invoke-FlowTask broken {
                throw 'broken'
            }
            $caught = $null
        }
        catch {
            $caught = $_
        }

        "$caught" | Should -Be 'broken'
        $caught.InvocationInfo.Line | Should -Match "throw 'broken'"
        $caught.InvocationInfo.ScriptName | Should -Match 'Tasks\.Tests\.ps1$'
    }

    It 'fails the flow that does not catch' {
        $state = Invoke-Flow { Invoke-FlowTask broken { throw 'broken' }; 'not reached' } -ErrorAction SilentlyContinue
        $state.Name | Should -Be 'Failed'
        $state.Message | Should -Match 'broken$'
    }

    It 'gives states instead, and throws nothing' {
        $states = 1..3 | Invoke-FlowTask check { if ($_ -eq 2) { throw 'two' }; $_ } -ReturnState
        $states | Should -BeOfType [FlowModule.FlowState]
        $states.Name | Should -Be 'Completed', 'Failed', 'Completed'
        "$($states[1].Error)" | Should -Be 'two'
    }

    It 'keeps the order of its input, or not' {
        3, 1, 2 | Invoke-FlowTask { Start-Sleep -Milliseconds (150 * $_); $_ } -Parallel -ThrottleLimit 3 | Should -Be 3, 1, 2

        # Each waits until what the one before it has output was read.
        $read = @{ 1 = [System.Threading.ManualResetEventSlim]::new(); 2 = [System.Threading.ManualResetEventSlim]::new(); 3 = [System.Threading.ManualResetEventSlim]::new() }
        3, 1, 2 | Invoke-FlowTask { if ($_ -gt 1) { $null = $read[$_ - 1].Wait(600000) }; $_ } -Parallel -ThrottleLimit 3 -Unordered |
            ForEach-Object { $read[$_].Set(); $_ } | Should -Be 1, 2, 3
    }

    It 'runs the rest when one fails, and then throws' {
        $seen = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        { 1..4 | Invoke-FlowTask { $seen.Enqueue($_); if ($_ -eq 2) { throw 'two' } } } | Should -Throw 'two'
        $seen | Should -Be 1, 2, 3, 4
    }

    It 'applies mocks of the session' {
        function Get-Price($Item) { throw "no price of $Item without a network" }
        Mock Get-Price { 5 }
        Invoke-FlowTask price { Get-Price lamp } | Should -Be 5
        Should -Invoke Get-Price -Times 1 -Exactly
    }

    It 'refuses what cannot be meant, before anything runs' {
        $ran = [System.Collections.Generic.List[int]]::new()
        { Invoke-FlowTask x { param($A) $ran.Add(1) } -Parameters @{ B = 1 } } | Should -Throw -ErrorId 'FlowParameterNotFound,*'
        { Invoke-FlowTask x { $ran.Add(1) } -Limit no-such-limit } | Should -Throw -ErrorId 'FlowLimitNotFound,*'
        { Invoke-FlowTask x { $ran.Add(1) } -ThrottleLimit 2 } | Should -Throw -ErrorId 'FlowThrottleWithoutParallel,*'
        { Invoke-FlowTask x { $ran.Add(1) } -RetryDelaySeconds -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Invoke-FlowTask x { $ran.Add(1) } -CacheExpiration 60 } | Should -Throw -ErrorId 'FlowCacheWithoutKey,*'
        $ran | Should -BeNullOrEmpty
    }

    It 'runs nothing with -WhatIf' {
        $ran = [System.Collections.Generic.List[int]]::new()
        (1..2 | Invoke-FlowTask { $ran.Add(1) } -WhatIf).Count | Should -Be 2
        Start-FlowTask { $ran.Add(1) } -WhatIf | Should -BeOfType [FlowModule.FlowPlan]
        $ran | Should -BeNullOrEmpty
    }
}

Describe 'Start-FlowTask' {
    It 'gives a handle at once, and the result later' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $task = Start-FlowTask wait { $go.Wait(600000) }
        $task | Should -BeOfType [FlowModule.FlowRun]
        $task.State.IsFinal | Should -BeFalse
        $go.Set()
        Receive-FlowTask $task | Should -BeTrue
        $task.State.Name | Should -Be 'Completed'
    }

    It 'numbers the runs of a name' {
        $state = Invoke-Flow { (1..2 | Start-FlowTask part { $_ } | Wait-FlowTask).Name; (Start-FlowTask other { 1 } | Wait-FlowTask).Name }
        $state.Result | Should -Be 'part-0', 'part-1', 'other-0'
    }

    It 'puts results in the place of handles' {
        $state = Invoke-Flow {
            $a = Start-FlowTask a { 1 }
            $b = Start-FlowTask b { 2, 3 }
            Invoke-FlowTask all { param($List, $Table) "$($List[0]) $($List[1]) $($Table.B)" } -Parameters @{ List = @($a, 'x'); Table = @{ B = $b } }
        }
        $state.Result | Should -Be '1 x 2 3'
    }

    It 'leaves a task whose dependency failed NotReady' {
        $state = Invoke-Flow {
            $bad = Start-FlowTask bad { throw 'bad' }
            $next = Start-FlowTask next { 'never' } -DependsOn $bad
            $last = Start-FlowTask last { param($X) 'never' } -Parameters @{ X = $next }
            $anyway = Start-FlowTask anyway { param($X) "it is $($X.Name)" } -Parameters @{ X = $bad } -AllowFailure
            (Wait-FlowTask $next, $last).State.Name
            Receive-FlowTask $anyway
        }
        $state.Result | Should -Be 'NotReady', 'NotReady', 'it is Failed'
    }

    It 'counts for the flow when its handle is output, or nothing is' {
        (Invoke-Flow { Start-FlowTask { throw 'x' } } -ErrorAction SilentlyContinue).Message | Should -Be "1/1 states failed. Task run 'task-0': RuntimeException: x"
        (Invoke-Flow { $null = Start-FlowTask { throw 'x' } } -ErrorAction SilentlyContinue).Message | Should -Be "1/1 states failed. Task run 'task-0': RuntimeException: x"
        (Invoke-Flow { $null = Start-FlowTask { throw 'x' }; 'data' }).Name | Should -Be 'Completed'
        Invoke-Flow { 1..3 | Start-FlowTask { $_ } } | Receive-FlowResult | Should -Be 1, 2, 3
    }

    It 'is waited for by its flow' {
        $marks = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $null = Invoke-Flow { $null = Start-FlowTask { Start-Sleep -Milliseconds 300; $marks.Enqueue('task') }; $marks.Enqueue('body') }
        $marks | Should -Be 'body', 'task'
    }

    It 'runs in line under the sequential task runner' {
        $thread = { [Environment]::CurrentManagedThreadId }
        $state = New-Flow sequential { & $thread; $task = Start-FlowTask { & $thread }; $task.State.Name; Receive-FlowTask $task } -TaskRunner Sequential | Invoke-Flow
        $state.Result[1] | Should -Be 'Completed'
        $state.Result[2] | Should -Be $state.Result[0]
    }

    It 'is stopped by Stop-FlowRun' {
        $task = Start-FlowTask long { Start-Sleep 600 }
        Stop-FlowRun -InputObject $task
        (Wait-FlowTask $task -TimeoutSeconds 600).State.Name | Should -Be 'Cancelled'
        { Receive-FlowTask $task } | Should -Throw -ErrorId 'FlowRunCancelled,*'
    }

    It 'never deadlocks, with one place for all' {
        function Get-Depth($Left) { if ($Left -eq 0) { 0 } else { 1 + (Start-FlowTask deep { Get-Depth ($Left - 1) } | Receive-FlowTask) } }
        New-Flow deep { Get-Depth 8 } -ThrottleLimit 1 | Invoke-Flow | Receive-FlowResult | Should -Be 8
    }

    It 'says when a task waits for itself' {
        $state = Invoke-Flow { Start-FlowTask { Wait-FlowTask $TaskRun } | Receive-FlowTask -ReturnState } -ErrorAction SilentlyContinue
        $state.Result.Error.FullyQualifiedErrorId | Should -Match '^FlowDependencyCycle'
    }
}

Describe 'Wait-FlowTask' {
    It 'gives the first that ends with -Any' {
        $go = [System.Threading.ManualResetEventSlim]::new()
        $slow = Start-FlowTask slow { $go.Wait(600000) }
        $quick = Start-FlowTask quick { 'quick' }
        (Wait-FlowTask $slow, $quick -Any).Name | Should -Match '^quick-'
        $go.Set()
        @(Wait-FlowTask $slow, $quick).Count | Should -Be 2
    }

    It 'gives nothing when its time is up' {
        $task = Start-FlowTask long { Start-Sleep 600 }
        Wait-FlowTask $task -TimeoutSeconds 0.1 | Should -BeNullOrEmpty
        Stop-FlowRun -InputObject $task
        $null = Wait-FlowTask $task
    }
}

Describe 'Tasks in the body of a flow' {
    It 'find $TaskRun and $FlowRun' {
        $state = New-Flow around { Invoke-FlowTask inner { "$($TaskRun.Name) of $($FlowRun.FlowName), $($TaskRun.Kind) in $($FlowRun.Kind)" } } | Invoke-Flow
        $state.Result | Should -Be 'inner-0 of around, Task in Flow'
    }

    It 'write to the streams of the caller' {
        $InformationPreference = 'Continue'
        $all = Invoke-Flow { $null = Start-FlowTask { Write-Warning 'careful'; Write-Host 'hello'; Write-Error 'oops' } | Wait-FlowTask; 'done' } *>&1
        "$($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })" | Should -Be 'careful'
        "$($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })" | Should -Be 'oops'
        @($all | Where-Object { "$_" -eq 'hello' }) | Should -HaveCount 1
    }
}
