BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
}

AfterAll {
    $env:FLOW_HOME = $before
    $env:READY = $null
    Get-Flow | Remove-Flow
}

Describe 'A run that failed' {
    BeforeEach {
        $ran = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        $env:READY = ''
        $load = New-Flow load { 1..3 | Start-Subflow -Flow { $ran.Enqueue($_); if ($_ -eq 3 -and -not $env:READY) { throw 'not there yet' }; $_ } }
        $first = Invoke-Flow $load -ErrorAction SilentlyContinue
        $ran.Clear()
        $env:READY = 'yes'
    }

    It 'goes on under its id, without what had completed' {
        $state = Resume-FlowRun $first.Run.Name
        $state.Name, $state.Run.Id | Should -Be 'Completed', $first.Run.Id
        $state | Receive-FlowResult | Should -Be 1, 2, 3
        $ran | Should -Be 3
    }

    It 'is restarted under another id, whole' {
        $state = $first | Restart-FlowRun
        $state.Run.Id | Should -Not -Be $first.Run.Id
        $ran | Should -Be 1, 2, 3
        (Get-FlowRun -Id $state.Run.Id).RestartOf | Should -Be $first.Run.Id
        (Get-FlowRun -Id $first.Run.Id).State.Name | Should -Be 'Failed'
    }

    It 'is restarted without what had completed' {
        $first | Restart-FlowRun -FailedOnly | Receive-FlowResult | Should -Be 1, 2, 3
        $ran | Should -Be 3
    }

    It 'stays as it is with -WhatIf' {
        Resume-FlowRun $first.Run.Name -WhatIf
        Restart-FlowRun $first.Run.Name -WhatIf
        $ran | Should -BeNullOrEmpty
        (Get-FlowRun -Id $first.Run.Id).State.Name | Should -Be 'Failed'
    }

    It 'can be resumed once only' {
        Resume-FlowRun $first.Run.Name | Out-Null
        { Resume-FlowRun $first.Run.Name -ErrorAction Stop } | Should -Throw '*Restart-FlowRun*' -ErrorId 'FlowRunNotResumable,*'
    }
}

Describe 'Suspend-FlowRun' {
    It 'leaves the rest for later' {
        $env:READY = ''
        $flow = New-Flow report { $data = Invoke-FlowTask collect { 42 }; if (-not $env:READY) { Suspend-FlowRun }; "the answer is $data" }
        $state = Invoke-Flow $flow -ErrorVariable problems
        $state.Name | Should -Be 'Suspended'
        $problems | Should -BeNullOrEmpty
        $env:READY = 'yes'
        Resume-FlowRun $state.Run.Name | Receive-FlowResult | Should -Be 'the answer is 42'
    }

    It 'is refused for a run that is over' {
        $state = Invoke-Flow { 1 }
        { $state | Suspend-FlowRun -ErrorAction Stop } | Should -Throw -ErrorId 'FlowRunNotSuspendable,*'
    }
}

Describe 'Wait-FlowInput' {
    It 'waits on disk, and checks the answer' {
        $state = New-Flow release { $count = Wait-FlowInput 'How many servers?' -Type [int] -Suspend; "released to $count" } | Invoke-Flow
        $state.Name, $state.Message | Should -Be 'Suspended', 'Waits for an answer: How many servers?'
        { Resume-FlowRun $state.Run.Name -InputObject many -ErrorAction Stop } | Should -Throw -ErrorId 'FlowInputInvalid,*'
        Resume-FlowRun $state.Run.Name -InputObject 3 | Receive-FlowResult | Should -Be 'released to 3'
    }

    It 'takes the default when its time is up' {
        Invoke-Flow { Wait-FlowInput 'Which colour?' -Choice red, green -TimeoutSeconds 0.1 -Default red } | Receive-FlowResult | Should -Be 'red'
    }
}

Describe 'Clear-FlowCache' {
    BeforeEach {
        $computed = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $compute = { 'a', 'b' | Invoke-FlowTask rates { $computed.Enqueue($_) } -CacheKey { "key $_" } | Out-Null }
        & $compute
        $computed.Clear()
    }

    AfterEach { Clear-FlowCache }

    It 'has what was kept computed anew' {
        & $compute
        $computed | Should -BeNullOrEmpty
        Clear-FlowCache rates
        & $compute
        $computed | Should -Be 'a', 'b'
    }

    It 'leaves other keys, other tasks, and with -WhatIf all' {
        Clear-FlowCache other
        Clear-FlowCache -WhatIf
        Clear-FlowCache -Key 'key a'
        & $compute
        $computed | Should -Be 'a'
    }
}
