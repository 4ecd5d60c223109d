BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $PSStyle.OutputRendering = 'PlainText'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"

    function Get-Text($InputObject, [int] $Width = 110) {
        ($InputObject | Out-String -Width $Width).Trim() -split '\r?\n'
    }

    function Get-Completion([string] $Line) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
    }

    New-Flow nightly -Tag night -RunName 'nightly-{Day}' {
        param($Day)
        Write-Warning "careful on $Day"
        1..2 | Start-Subflow (New-Flow part { if ($_ -eq 2 -and $Day -eq 'tuesday') { Invoke-FlowTask check { throw 'no part 2' } } } -RunName 'part-{_}')
    } | Out-Null
    'monday', 'tuesday' | ForEach-Object { Invoke-Flow nightly -Day $_ -WarningAction SilentlyContinue -ErrorAction SilentlyContinue } | Out-Null
}

AfterAll {
    $env:FLOW_HOME = $before
    $PSStyle.OutputRendering = 'Host'
    Get-Flow | Remove-Flow
}

Describe 'The runs of the history' {
    It 'are a table, the newest first' {
        $lines = Get-Text (Get-FlowRun) 200
        $lines[0] | Should -Match '^Flow +State +Started +Duration Run +Input +Message$'
        $lines[2] | Should -Match '^nightly +Failed +\d\d:\d\d:\d\d +\d+\.\d{3} s nightly-tuesday +Day=tuesday +1/2 states failed\. Subflow run ''part-2'': RuntimeException: no part 2$'
        $lines[3] | Should -Match '^nightly +Completed +\d\d:\d\d:\d\d +\d+\.\d{3} s nightly-monday +Day=monday +All states completed\.$'
    }

    It 'are indented as a tree' {
        $lines = Get-Text (Get-FlowRun nightly-tuesday -Tree) 200
        $lines[2] | Should -Match '^nightly +Failed .* nightly-tuesday '
        $lines[3] | Should -Match '^  part +Completed .* part-1'
        $lines[4] | Should -Match '^  part +Failed .* part-2'
        $lines[5] | Should -Match '^    check +Failed .* check-0 +(.+: )?RuntimeException: no part 2$'
    }

    It 'tell the whole story as a list' {
        $list = (Get-Text (Get-FlowRun nightly-tuesday | Format-List) 300) -join "`n"
        $list | Should -Match '(?m)^State +: Failed$'
        $list | Should -Match '(?m)^Reason +: 1/2 states failed\.$'
        $list | Should -Match "(?m)^ +First to fail inside: task run 'check-0' for task 'check': .*no part 2 \(at .*Looking\.Tests\.ps1:\d+\)$"
        $list | Should -Match '(?m)^States +: Running \S+, Failed \S+$'
        $list | Should -Match '(?m)^Parameters +: Day = tuesday$'
        $list | Should -Match '(?m)^Tag +: \{night\}$'
        $list | Should -Match '(?m)^Script +: .*Looking\.Tests\.ps1:\d+$'
        $list | Should -Match "(?m)^ProcessId +: $PID$"
    }

    It 'are small as JSON, under the same names' {
        $json = Get-FlowRun nightly-tuesday | ConvertTo-Json | ConvertFrom-Json
        $json.FlowName | Should -Be 'nightly'
        $json.State.Name | Should -Be 'Failed'
        $json.PSObject.Properties.Name | Should -Not -Contain 'Result'
        $json.PSObject.Properties.Name | Should -Not -Contain 'Duration'
        (Get-FlowRun -All | ConvertTo-Json -WarningVariable warnings -WarningAction SilentlyContinue).Length | Should -BeLessThan 4000
        $warnings | Should -BeNullOrEmpty
    }

    It 'can be grouped, sorted and filtered by what they show' {
        (Get-FlowRun -Flow part | Group-Object State -NoElement | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) | Should -Be 'Completed 3', 'Failed 1'
        @(Get-FlowRun | Where-Object State -EQ Failed).Name | Should -Be 'nightly-tuesday'
        @(Get-FlowRun | Sort-Object Duration)[-1].Duration | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'work in strict mode' {
        Set-StrictMode -Version Latest
        foreach ($object in @(Get-FlowRun -Flow *) + @(Get-FlowLog) + @(Get-FlowHistory) + @(Compare-FlowRun nightly-monday nightly-tuesday -IncludeEqual)) {
            $object | Out-String | Should -Not -Match '#ERR'
            $object | Format-List | Out-String | Should -Not -Match '#ERR'
        }
    }
}

Describe 'A log' {
    It 'is a table of lines' {
        $lines = Get-Text (Get-FlowLog nightly-tuesday -Level Warning) 160
        $lines[0] | Should -Match '^Time +Level +Run +Message$'
        $lines[2] | Should -Match '^\d\d:\d\d:\d\d\.\d{3} +Warning +nightly-tuesday +careful on tuesday$'
        $lines[3] | Should -Match 'Error +check-0 +RuntimeException: no part 2$'
        $lines[4] | Should -Match 'at .*Looking\.Tests\.ps1:\d+$'
        $lines[5] | Should -Match 'Error +check-0 +Failed: Task run encountered an exception\. RuntimeException: no part 2'
    }

    It 'has colours by level, and none in plain text' {
        $warning = @(Get-FlowLog nightly-monday -Level Warning)[0]
        ($warning | Out-String).Contains("`e") | Should -BeFalse
        $PSStyle.OutputRendering = 'Ansi'
        try {
            ($warning | Out-String).Contains("$($PSStyle.Formatting.Warning)Warning$($PSStyle.Reset)") | Should -BeTrue
        }
        finally {
            $PSStyle.OutputRendering = 'PlainText'
        }
    }
}

Describe 'A comparison' {
    It 'is side by side' {
        $lines = Get-Text (Compare-FlowRun nightly-monday nightly-tuesday | Where-Object Property -NotLike *Duration)
        $lines[0] | Should -Match '^Property +Reference +SideIndicator +Difference$'
        $lines -match '^Parameters\.Day +monday +<> +tuesday$' | Should -HaveCount 1
        $lines -match '^part\[2\]\.State +Completed +<> +Failed$' | Should -HaveCount 1
    }
}

Describe 'Completion of runs of the history' {
    It 'completes their names for <_>' -ForEach 'Get-FlowRun', 'Get-FlowLog', 'Watch-FlowRun', 'Compare-FlowRun', 'Export-FlowRun', 'Remove-FlowRun' {
        $found = Get-Completion "$_ night"
        $found.CompletionText | Should -Be 'nightly-tuesday', 'nightly-monday'
        $found[0].ToolTip | Should -Match "^nightly 'nightly-tuesday', Failed, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"
    }

    It 'completes those of subflows once a word is begun' {
        (Get-Completion 'Get-FlowRun part-').CompletionText | Should -Be 'part-2', 'part-1'
        (Get-Completion 'Get-FlowRun ').CompletionText | Should -Not -Contain 'part-1'
    }

    It 'completes ids, with what they are' {
        $found = Get-Completion 'Get-FlowRun -Id '
        $found[0].CompletionText | Should -Be (Get-FlowRun -Last 1).Id
        $found[0].ToolTip | Should -Match 'nightly-tuesday'
    }

    It 'completes flows and states' {
        (Get-Completion 'Get-FlowRun -Flow ').CompletionText | Should -Be 'check', 'nightly', 'part'
        (Get-Completion 'Get-FlowRun -State C').CompletionText | Should -Be 'Cancelling', 'Completed', 'Crashed', 'Cancelled', 'Cached'
    }
}

Describe 'A history that is off, or not there' {
    It 'is said by <_>' -ForEach 'Get-FlowRun', 'Get-FlowLog', 'Watch-FlowRun', 'Compare-FlowRun a b', 'Export-FlowRun a x.json', 'Remove-FlowRun a', 'Set-FlowHistory -KeepDays 1' {
        $env:FLOW_HISTORY = 'off'
        try {
            { Invoke-Expression $_ } | Should -Throw -ErrorId 'FlowHistoryOff,*' -ExpectedMessage '*history is off*FLOW_HISTORY*'
        }
        finally {
            $env:FLOW_HISTORY = $null
        }
    }

    It 'can be told of' {
        $env:FLOW_HISTORY = 'off'
        try {
            (Get-FlowHistory).IsOn | Should -BeFalse
            @(Get-FlowRun -HistoryPath $env:FLOW_HOME).Count | Should -Be 2
        }
        finally {
            $env:FLOW_HISTORY = $null
        }
    }

    It 'is not made by looking whether it is there' {
        $there = $env:FLOW_HOME
        $env:FLOW_HOME = Join-Path $TestDrive 'nowhere'
        try {
            (Get-FlowHistory).RunCount | Should -Be 0
            Get-Completion 'Get-FlowRun ' | Out-Null
            $env:FLOW_HOME | Should -Not -Exist
        }
        finally {
            $env:FLOW_HOME = $there
        }
    }
}
