# What a scheduler sees of a pwsh that runs flows: its exit code, and its streams.
BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
}

AfterAll { $env:FLOW_HOME = $before }

Describe 'pwsh -File ends with' {
    It '<Code> when <When>' -ForEach @(
        @{ Code = 0; When = 'the flow has completed'; Script = 'Invoke-Flow { 1 }' }
        @{ Code = 0; When = 'the flow has failed and the script goes on'; Script = 'Invoke-Flow { throw "broken" }' }
        @{ Code = 1; When = 'the flow has failed under -ErrorAction Stop'; Script = 'Invoke-Flow { throw "broken" } -ErrorAction Stop' }
        @{ Code = 1; When = 'the flow has failed under $ErrorActionPreference Stop'; Script = '$ErrorActionPreference = "Stop"; Invoke-Flow { throw "broken" }; "not reached"' }
        @{ Code = 1; When = 'a subflow has failed under -ErrorAction Stop'; Script = '1..3 | Start-Subflow { if ($_ -eq 2) { throw "broken" } } -Parallel -ErrorAction Stop' }
        @{ Code = 1; When = 'a result is received that is none'; Script = '$state = Invoke-Flow { throw "broken" } -ErrorAction Ignore; $ErrorActionPreference = "Stop"; $state | Receive-FlowResult' }
        @{ Code = 1; When = 'the script says so by $?'; Script = 'Invoke-Flow { throw "broken" }; exit [int] (-not $?)' }
        @{ Code = 3; When = 'the script counts what has failed'; Script = '$states = 1..5 | Start-Subflow { if ($_ -gt 2) { throw "broken" } } -Parallel -ErrorAction Ignore; exit @($states | Where-Object IsFailure).Count' }
        @{ Code = 7; When = 'the script exits with it after a flow'; Script = '$null = Invoke-Flow { 1 }; exit 7' }
        @{ Code = 1; When = 'the flow is refused under $ErrorActionPreference Stop'; Script = '$ErrorActionPreference = "Stop"; Invoke-Flow no-such-flow; "not reached"' }
    ) {
        $run = Invoke-Shell "`$InformationPreference = 'Ignore'; $Script"
        $run.ExitCode | Should -Be $Code
        $run.Text | Should -Not -Match 'not reached'
    }
}

Describe 'pwsh -Command ends with' {
    It '<Code> when <When>' -ForEach @(
        @{ Code = 0; When = 'the flow has completed'; Script = 'Invoke-Flow { 1 }' }
        @{ Code = 1; When = 'the flow has failed last'; Script = 'Invoke-Flow { throw "broken" }' }
        @{ Code = 1; When = 'one of many subflows has failed last'; Script = '1..3 | Start-Subflow { if ($_ -eq 2) { throw "broken" } } -Parallel' }
        @{ Code = 0; When = 'more came after the failed flow'; Script = 'Invoke-Flow { throw "broken" }; "more"' }
    ) {
        (Invoke-Shell -Command "`$InformationPreference = 'Ignore'; $Script").ExitCode | Should -Be $Code
    }
}

Describe 'The streams of pwsh -File' {
    It 'tell of the failure once, with its place, and have the rest in order' {
        $run = Invoke-Shell '$PSStyle.OutputRendering = "PlainText"; New-Flow shown { Write-Host "first"; Write-Warning "second"; throw "third" } -RunName shown-run | Invoke-Flow | Out-Null'
        $run.Output[0] | Should -Match "^\d\d:\d\d:\d\d\.\d{3} \| Beginning flow run 'shown-run' for flow 'shown'\.\.\.$"
        $run.Output[1..2] | Should -Be 'first', 'WARNING: second'
        $run.Output[3] | Should -Match "^\d\d:\d\d:\d\d\.\d{3} \| Flow run 'shown-run' finished in state Failed"
        $run.Output | Should -HaveCount 4
        [regex]::Matches($run.Errors, 'third$', 'Multiline').Count | Should -Be 1
        $run.Errors | Should -Match '\.ps1:1'
    }

    It 'are in the transcript: runs, their states, and what workers write, each once' {
        $transcript = Join-Path $TestDrive 'transcript.txt'
        $run = Invoke-Shell "Start-Transcript '$transcript' | Out-Null; 1..2 | Start-Subflow (New-Flow told { Write-Host `"body `$_`"; Write-Warning `"careful `$_`" } -RunName 'told-{_}') -Parallel; Stop-Transcript | Out-Null; Write-Host 'untold'"
        $run.Errors | Should -BeNullOrEmpty
        $text = Get-Content $transcript -Raw
        foreach ($line in "Beginning flow run 'told-1' for flow 'told'", "Beginning flow run 'told-2' for flow 'told'", '(?m)^body 1\r?$', '(?m)^body 2\r?$', 'WARNING: \[told-1\] careful 1', 'WARNING: \[told-2\] careful 2', "Flow run 'told-1' finished in state Completed", '(?m)^told +Completed .* told-2') {
            [regex]::Matches($text, $line).Count | Should -Be 1 -Because $line
        }

        $text | Should -Not -Match 'untold'
    }
}
