BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $PSStyle.OutputRendering = 'PlainText'

    function Get-Text($InputObject, [int] $Width = 100) {
        ($InputObject | Out-String -Width $Width).Trim() -split '\r?\n'
    }
}

AfterAll {
    $PSStyle.OutputRendering = 'Host'
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'The table of states' {
    It 'shows flow, run, state, duration and message' {
        $flow = New-Flow view-flow { if ($_ -eq 2) { throw "it`nbroke" } } -RunName 'run-{_}'
        $lines = Get-Text (1..2 | Start-Subflow $flow -ErrorAction SilentlyContinue)
        $lines[0] | Should -Match '^Flow +State +Duration Run +Input +Message$'
        $lines[2] | Should -Match '^view-flow +Completed +\d+\.\d{3} s run-1\s*$'
        $lines[3] | Should -Match '^view-flow +Failed +\d+\.\d{3} s run-2 +RuntimeException: it bro(ke|…)$'
        $lines | Should -HaveCount 4
    }

    It 'says for what a run was started, where its name does not' {
        function Get-Row($States) { (Get-Text @($States) 200)[2..99] -replace '^.* s \S+ +' -replace ' +RuntimeException: ', ': RuntimeException: ' }
        Get-Row ('alpha', 'beta' | Start-Subflow { throw 'bad' } -ErrorAction Ignore) | Should -Be 'alpha: RuntimeException: bad', 'beta: RuntimeException: bad'
        (Get-Text (1 | Start-Subflow { 'good' }) 200)[2] | Should -Match ' s \S+ +1$'
        (Get-Text (Start-Subflow { 'good' }) 200)[2] | Should -Match ' s \S+$'
        Get-Row ([pscustomobject]@{ Server = 'db1'; Port = 1 } | Start-Subflow { throw 'bad' } -ErrorAction Ignore) | Should -Be 'Server=db1; Port=1: RuntimeException: bad'
        Get-Row (Start-Subflow { param($N, $Token) throw 'bad' } -Map @{ N = 1, 2 } -Parameters @{ Token = 'x' } -Secret Token -ErrorAction Ignore) | Should -Be 'N=1: RuntimeException: bad', 'N=2: RuntimeException: bad'
        Get-Row ('x' * 70 | Start-Subflow { throw 'bad' } -ErrorAction Ignore) | Should -Match '^x{16}…x{31}: RuntimeException: bad$'
        Get-Row ('named' | Start-Subflow (New-Flow f { throw 'bad' } -RunName 'run-{_}') -ErrorAction Ignore) | Should -Be 'RuntimeException: bad'
        Get-Row (, (1, 2) | Start-Subflow { throw 'bad' } -ErrorAction Ignore) | Should -Be 'RuntimeException: bad'
    }

    It 'has the whole name of a run, and its message, where there is room' {
        $name = 'check http://127.0.0.1:8080/a/page/that/has/an/address-of-some-length'
        $state = New-Flow long { throw 'bad' } -RunName $name | Invoke-Flow -ErrorAction Ignore
        foreach ($shown in $state, (Get-FlowRun $state)) {
            (Get-Text $shown 200)[2] | Should -Match " s $([regex]::Escape($name)) +RuntimeException: bad$"
            (Get-Text $shown 80)[2] | Should -Match ' Failed .* s check http://127.*…$'
        }

        (Get-Text $state.Run 200)[2] | Should -Match "$([regex]::Escape($name))$"
    }

    It 'cuts a long message and does not wrap it' {
        $state = Invoke-Flow { throw ('long ' * 100) } -ErrorAction SilentlyContinue
        $lines = Get-Text $state 90
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match '…$'
    }

    It 'is written state by state, not at the end' {
        # A table that sizes its columns would hold all states back.
        $seen = [System.Collections.Generic.List[string]]::new()
        1..2 | Start-Subflow { $_ } | ForEach-Object { $seen.Add('state'); $_ } | Out-String -Stream | ForEach-Object { $seen.Add('line') }
        $seen.LastIndexOf('state') | Should -BeGreaterThan $seen.IndexOf('line')
    }

    It 'shows the name of a state, not its type' {
        $state = New-Flow slow { Start-Sleep 600 } -TimeoutSeconds 0.1 | Invoke-Flow -ErrorAction SilentlyContinue
        (Get-Text $state)[2] | Should -Match ' TimedOut +\d+\.\d{3} s \S+ +Flow run exceeded'
    }

    It 'colours the states, and has no escape codes in plain text' {
        $state = Invoke-Flow { 1 }
        ($state | Out-String).Contains("`e") | Should -BeFalse
        $PSStyle.OutputRendering = 'Ansi'
        try {
            ($state | Out-String).Contains("$($PSStyle.Foreground.Green)Completed$($PSStyle.Reset)") | Should -BeTrue
        }
        finally {
            $PSStyle.OutputRendering = 'PlainText'
        }
    }
}

Describe 'The list of a state' {
    It 'tells the whole story' {
        $flow = New-Flow story { param($Number, $Text) Write-Error 'not so bad'; throw 'bad' } -RunName 'tale'
        $state = [pscustomobject]@{ Number = 7 } | Start-Subflow $flow -Parameters @{ Text = 'seven' } -ErrorAction SilentlyContinue
        $list = (Get-Text ($state | Format-List) 200) -join "`n"
        $list | Should -Match '(?m)^Flow +: story$'
        $list | Should -Match '(?m)^Run +: tale$'
        $list | Should -Match "(?m)^Id +: $($state.Run.Id)$"
        $list | Should -Match '(?m)^Kind +: Flow$'
        $list | Should -Match '(?m)^Attempt +: 1$'
        $list | Should -Match '(?m)^State +: Failed$'
        $list | Should -Match '(?m)^Message +: Flow run encountered an exception\. RuntimeException: bad$'
        $list | Should -Match '(?m)^Parameters +: .*Number = 7'
        $list | Should -Match '(?m)^Parameters +: .*Text = seven'
        $list | Should -Match '(?m)^Input +: @\{Number=7\}$'
        $list | Should -Match '(?m)^ErrorCount +: 1$'
        $list | Should -Match '(?m)^Error +: bad \[bad\] at .*Views\.Tests\.ps1:\d+$'
        $list | Should -Match '(?m)^Started +: \S'
        $list | Should -Match '(?m)^Ended +: \S'
        $list | Should -Match '(?m)^Duration +: 00:00:0'
    }

    It 'shows the result, and the parent of a subflow run' {
        $parent = New-Flow parent { Invoke-Flow { 'a', 'b' } } | Invoke-Flow
        $list = (Get-Text ($parent.Result | Format-List) 200) -join "`n"
        $list | Should -Match '(?m)^Result +: \{a, b\}$'
        $list | Should -Match "(?m)^Parent +: $($parent.Run.Name) \(parent\)$"
    }
}

Describe 'The other views' {
    It 'lists flows as a table' {
        $lines = Get-Text (New-Flow listed { param($A, [int] $B = 2) } -Tag x, y -TimeoutSeconds 2.5 -Description "first`nsecond")
        $lines[0] | Should -Match '^Name +Parameters +Tags +Timeout Description$'
        $lines[2] | Should -Match '^listed +A, B +x, y +2.5 s first second$'
    }

    It 'shows the parameters of a flow made of a function' {
        function Get-Sum($Left, $Right) { $Left + $Right }
        (Get-Text (New-Flow sum ${function:Get-Sum}))[2] | Should -Match '^sum +Left, Right'
    }

    It 'lists runs as a table, and one in full' {
        $run = (New-Flow run-view { 1 } | Invoke-Flow).Run
        $lines = Get-Text $run
        $lines[0] | Should -Match '^Flow +State +Started +Duration Name$'
        $lines[2] | Should -Match "^run-view +Completed +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d\.\d{3} s $($run.Name)$"
        $list = (Get-Text ($run | Format-List) 200) -join "`n"
        $list | Should -Match '(?m)^States +: Pending [\d:.]+, Running [\d:.]+, Completed [\d:.]+$'
    }

    It 'lists limits as a table' {
        $lines = Get-Text (New-FlowLimit view-limit -MaxConcurrency 3)
        $lines[0] | Should -Match '^Name +MaxConcurrency PerSecond Active Waiting$'
        $lines[2] | Should -Match '^view-limit +3 +0 +0$'
    }

    It 'lists hosts as a table' {
        $before = $env:FLOW_HOME
        $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
        try {
            $lines = Get-Text (New-FlowHost view-host 10.0.0.5 -UserName deploy -Port 2222 -Tag web, prod)
            $lines[0] | Should -Match '^Name +HostName +UserName +Port Tag$'
            $lines[2] | Should -Match '^view-host +10\.0\.0\.5 +deploy +2222 web, prod$'
        }
        finally { $env:FLOW_HOME = $before }
    }

    It 'shows the policies of a flow' {
        $list = (Get-Text (New-Flow strictly { } -Retry 3 -Limit view-limit -Isolation Process -TaskRunner Sequential | Format-List) 200) -join "`n"
        $list | Should -Match '(?m)^Retry +: 3$'
        $list | Should -Match '(?m)^Limit +: \{view-limit\}$'
        $list | Should -Match '(?m)^Isolation +: Process$'
        $list | Should -Match '(?m)^TaskRunner +: Sequential$'
    }

    It 'shows a task that waits for its retry, and one that failed' {
        $state = Invoke-FlowTask view-task { throw 'bad' } -Retry 1 -RetryDelaySeconds 0.05 -ReturnState
        (Get-Text $state)[2] | Should -Match '^view-task +Failed +\d+\.\d{3} s view-task-\d+ +RuntimeException: bad$'
        $list = (Get-Text ($state | Format-List) 200) -join "`n"
        $list | Should -Match '(?m)^Kind +: Task$'
        $list | Should -Match '(?m)^Attempt +: 2$'
        $list | Should -Not -Match '(?m)^ScheduledTime'
        (Get-Text ($state.Run.States[2] | Format-List) 200) -join "`n" | Should -Match '(?m)^ScheduledTime +: \S'
    }

    It 'lists what a flow takes along' {
        $number = 42
        function Get-Number { $number }
        $lines = Get-Text (Get-FlowClosure { Get-Number })
        $lines[0] | Should -Match '^Kind +Name +Value$'
        $lines[2] | Should -Match '^Variable +number +42$'
        $lines[3] | Should -Match '^Function +Get-Number'
    }

    It 'works in strict mode' {
        Set-StrictMode -Version Latest
        $states = @(1..2 | Start-Subflow { if ($_ -eq 2) { throw 'x' } } -ErrorAction SilentlyContinue) + @(Invoke-FlowTask { 1 } -ReturnState)
        function Get-Nothing { }
        function Get-Sum($Left, $Right) { $Left + $Right }
        (Get-Text (New-Flow strict { param($Mode) }))[2] | Should -Match '^strict +Mode'
        (Get-Text (New-Flow strict-sum ${function:Get-Sum}))[2] | Should -Match '^strict-sum +Left, Right'
        $Error.Clear()
        foreach ($object in $states + $states.Run + (New-Flow strict { }) + (New-Flow nothing ${function:Get-Nothing}) + @(Get-FlowClosure { $states }) + @(New-FlowLimit strict -PerSecond 1)) {
            $object | Out-String | Should -Not -Match '#ERR'
            $object | Format-List | Out-String | Should -Not -Match '#ERR'
        }

        "$Error" | Should -BeNullOrEmpty
    }
}
