# Views in a narrow window and in a wide one: 80 columns, where most begin, and 200.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $hasTerminal = Test-Terminal
    $tables = @(
        @{ Kind = 'states'; Columns = 'Flow', 'State', 'Duration', 'Run', 'Input', 'Message' }
        @{ Kind = 'runs'; Columns = 'Flow', 'State', 'Started', 'Duration', 'Name' }
        @{ Kind = 'runs of the history'; Columns = 'Flow', 'State', 'Started', 'Duration', 'Run', 'Input', 'Message' }
        @{ Kind = 'flows'; Columns = 'Name', 'Parameters', 'Tags', 'Timeout', 'Description' }
        @{ Kind = 'limits'; Columns = 'Name', 'MaxConcurrency', 'PerSecond', 'Active', 'Waiting' }
        @{ Kind = 'what goes along'; Columns = 'Kind', 'Name', 'Value' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $PSStyle.OutputRendering = 'PlainText'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"

    # Long, but not longer than a wide window has room for.
    $message = 'The disk of the second machine in the other building is full'
    $held = 'a value of the session that is longer than a narrow window is wide, and so is cut'
    $flow = New-Flow copy-everything-somewhere { param($Source, $Destination) if ($_ -eq 2) { throw $message }; $null = $held } -RunName 'copying-number-{_}' -Tag nightly, large -TimeoutSeconds 90 -Description 'Copies all that is there to a place that is far away'
    $states = 1..3 | Start-Subflow $flow -ErrorAction SilentlyContinue
    $objects = @{
        'states'              = $states
        'runs'                = $states.Run
        'runs of the history' = Get-FlowRun -Kind Flow
        'flows'               = $flow
        'limits'              = New-FlowLimit width-limit -MaxConcurrency 3 -PerSecond 10
        'log lines'           = Get-FlowLog copying-number-2
        'what goes along'     = Get-FlowClosure $flow
    }

    function Get-Line($InputObject, [int] $Width) {
        ($InputObject | Out-String -Width $Width).Trim("`r", "`n") -split '\r?\n' | ForEach-Object TrimEnd
    }
}

AfterAll {
    $env:FLOW_HOME = $before
    $PSStyle.OutputRendering = 'Host'
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'The table of <Kind>' -ForEach $tables {
    It 'fits <_> columns, with all its columns and a line each' -ForEach 79, 80, 200 {
        $shown = @($objects[$Kind])
        $lines = @(Get-Line $shown $_)
        $lines | Should -HaveCount ($shown.Count + 2)
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $_
        $lines[0] -split ' +' | Should -Be $Columns
    }
}

Describe 'What is told of a failure' {
    It 'is cut at 80 columns, and says that it is' {
        foreach ($kind in 'states', 'runs of the history') {
            $line = @(Get-Line $objects[$kind] 80) -match 'Failed'
            $line | Should -HaveCount 1
            $line[0] | Should -Match '…$'
            $line[0] | Should -Not -Match 'is full'
        }
    }

    It 'is whole at 200 columns' {
        foreach ($kind in 'states', 'runs of the history') {
            @(Get-Line $objects[$kind] 200) -match 'Failed' | Should -Match "RuntimeException: $message$"
        }
    }

    It 'is whole in the list at 80 columns' {
        foreach ($kind in 'states', 'runs of the history') {
            $lines = @(Get-Line (@($objects[$kind]).Where{ "$($_.Name) $($_.State.Name)" -match 'Failed' } | Format-List) 80)
            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
            $lines -join '' -replace '\s' | Should -Match ($message -replace '\s')
        }
    }
}

Describe 'The table of log lines' {
    It 'fits <_> columns, and wraps what is longer: nothing of a log is lost' -ForEach 80, 200 {
        $lines = @(Get-Line $objects['log lines'] $_)
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $_
        $lines[0] -split ' +' | Should -Be 'Time', 'Level', 'Run', 'Message'
        $lines -join '' -replace '\s' | Should -Match ("RuntimeException: $message" -replace '\s')
    }
}

Describe 'A terminal of <_> columns' -ForEach 80, 200 -Skip:(-not $hasTerminal) {
    AfterEach { Stop-Terminal $terminal }

    It 'shows the tables in its width, and colours' {
        $width = $_
        $path = Join-Path $TestDrive "terminal-$width.ps1"
        Set-Content -LiteralPath $path "Import-Module '$(Convert-Path "$PSScriptRoot/../../FlowModule.psd1")'; Get-FlowRun -Kind Flow; Get-FlowLog copying-number-2"
        $terminal = Start-Terminal (Get-ShellCommand '-File', $path) -Columns $width -Environment @{ FLOW_HOME = $env:FLOW_HOME }
        $end = Complete-Terminal $terminal
        ($end.Output | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $width
        $failed = @($end.Output -match '^copy-every\S* +Failed .* copying-number-2 ')
        $failed | Should -HaveCount 1
        $failed[0] -match 'is full' | Should -Be ($width -eq 200)
        $end.Raw | Should -Match '\e\[[0-9;]*31[0-9;]*mFailed'
    }
}
