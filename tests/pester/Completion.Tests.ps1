BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    New-Flow backup-db { param([Parameter(Mandatory)] [ValidateSet('full', 'diff')] [string] $Mode, [int] $Keep, [switch] $Compress) } -Description 'Backs up' | Out-Null
    New-Flow backup-files { } | Out-Null
    New-Flow 'with space' { } | Out-Null
    New-Flow other { } | Out-Null

    function Get-Completion([string] $Line) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
    }
}

AfterAll {
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'Completion of flow names' {
    It 'completes <_>' -ForEach 'Invoke-Flow back', 'Invoke-Flow -Flow back', 'Get-Flow back', 'Remove-Flow back', 'Start-Subflow back', 'Get-FlowClosure back' {
        (Get-Completion $_).CompletionText | Should -Be 'backup-db', 'backup-files'
    }

    It 'quotes a name with a space' {
        (Get-Completion 'Invoke-Flow wi').CompletionText | Should -Be "'with space'"
        (Get-Completion "Invoke-Flow 'wi").CompletionText | Should -Be "'with space'"
    }

    It 'shows the description as a tooltip' {
        (Get-Completion 'Invoke-Flow backup-d').ToolTip | Should -Be 'Backs up'
    }

    It 'completes all names of an empty word' {
        (Get-Completion 'Invoke-Flow ').CompletionText | Should -Contain 'other'
    }
}

Describe 'Completion of a flow''s own parameters' {
    It 'completes their names' {
        (Get-Completion 'Invoke-Flow backup-db -').CompletionText | Should -Contain '-Mode'
        (Get-Completion 'Invoke-Flow backup-db -Com').CompletionText | Should -Contain '-Compress'
        (Get-Completion 'Invoke-Flow other -').CompletionText | Should -Not -Contain '-Mode'
    }

    It 'completes the values of a ValidateSet' {
        (Get-Completion 'Invoke-Flow backup-db -Mode ').CompletionText | Sort-Object | Should -Be 'diff', 'full'
        (Get-Completion 'Invoke-Flow backup-db -Mode d').CompletionText | Should -Be 'diff'
    }
}

Describe 'Completion of limits' {
    BeforeAll {
        New-FlowLimit db-main -MaxConcurrency 3 | Out-Null
        New-FlowLimit 'db other' -PerSecond 10 | Out-Null
    }

    It 'completes <_>' -ForEach 'Get-FlowLimit db', 'Remove-FlowLimit db', 'New-Flow x { } -Limit db', 'Start-Subflow x -Limit db', 'Invoke-FlowTask x { } -Limit db', 'Start-FlowTask x { } -Limit db' {
        (Get-Completion $_).CompletionText | Sort-Object | Should -Be "'db other'", 'db-main'
    }

    It 'shows how busy a limit is' {
        (Get-Completion 'Get-FlowLimit db-m').ToolTip | Should -Be 'db-main: 0 active, 0 waiting'
    }
}

Describe 'Completion of policies' {
    It 'completes the words of <Line>' -ForEach @(
        @{ Line = 'New-Flow x { } -Isolation '; Words = 'NewRunspace', 'Process', 'Runspace' }
        @{ Line = 'New-Flow x { } -TaskRunner '; Words = 'Concurrent', 'Sequential' }
        @{ Line = 'Start-Subflow x -RetryBackoff '; Words = 'Constant', 'Exponential', 'Linear' }
        @{ Line = 'Invoke-FlowTask x { } -CachePolicy '; Words = 'Inputs', 'None', 'Run', 'Source' }
    ) {
        (Get-Completion $Line).CompletionText | Sort-Object | Should -Be $Words
    }
}

Describe 'Completion of runs' {
    It 'completes the names and ids of active runs' {
        $job = New-Flow long { Start-Sleep 600 } -RunName 'run-to-complete' | Invoke-Flow -AsJob
        try {
            $limit = [DateTime]::UtcNow.AddSeconds(600)
            do {
                $found = Get-Completion 'Stop-FlowRun run-to'
            } until ($found -or [DateTime]::UtcNow -gt $limit)
            $found.CompletionText | Should -Be 'run-to-complete'
            [guid]::TryParse((Get-Completion 'Stop-FlowRun -Id ')[0].CompletionText, [ref] [guid]::Empty) | Should -BeTrue
        }
        finally {
            $job | Remove-Job -Force
        }
    }
}
