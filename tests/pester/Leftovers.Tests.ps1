# What a body leaves in its worker by PowerShell's own modules, which load by themselves, is not seen by the next body on that worker.
BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
}

AfterAll {
    $env:FLOW_HOME = $before
}

Describe 'A later body on the same worker' {
    It 'finds no job that <Command> has started' -ForEach @(
        @{ Command = 'Start-Job' }
        @{ Command = 'Start-ThreadJob' }
    ) {
        $body = [scriptblock]::Create("`"`$(Get-Job)`"; `$null = $Command { }")
        1..3 | Start-Subflow $body -Parallel -ThrottleLimit 1 | Receive-FlowResult | Should -Be '', '', ''
    }

    It 'does not write to a transcript that an earlier one has started' {
        $file = Join-Path $TestDrive 'transcript.txt'
        1..2 | Start-Subflow { if ($_ -eq 1) { $null = Start-Transcript $file }; "line of run $_" | Out-Default } -Parallel -ThrottleLimit 1 | Out-Null
        $file | Should -FileContentMatch 'line of run 1'
        $file | Should -Not -FileContentMatch 'line of run 2'
    }

    It 'lets a thread job of an earlier one go on, for whoever was given it' {
        $go = [Threading.ManualResetEventSlim]::new()
        $job = 1..2 | Start-Subflow { if ($_ -eq 1) { Start-ThreadJob { $null = ($using:go).Wait(600000); 'done' } } } -Parallel -ThrottleLimit 1 | Receive-FlowResult
        $go.Set()
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 'done'
    }
}
