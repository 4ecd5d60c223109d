# The progress bar of a fan-out, as a person at a terminal sees it.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $hasTerminal = Test-Terminal
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
}

Describe 'The progress bar of a fan-out' -Skip:(-not $hasTerminal) {
    BeforeEach {
        # The bodies wait for the file until the bar was seen.
        $gate = Join-Path $TestDrive "gate-$([guid]::NewGuid())"
        $path = Join-Path $TestDrive 'progress.ps1'
        Set-Content -LiteralPath $path @"
Import-Module '$(Convert-Path "$PSScriptRoot/../../FlowModule.psd1")'
`$body = { while (-not [System.IO.File]::Exists('$gate')) { [System.Threading.Thread]::Sleep(20) } }
`$states = 1..3 | Start-Subflow `$body -Parallel -ThrottleLimit 2 -LogLevel None -NoHistory
"ended: `$(`$states.Count)"
"@
    }

    AfterEach { Stop-Terminal $terminal }

    It 'shows what the runs do, and is gone at the end' {
        $terminal = Start-Terminal (Get-ShellCommand '-File', $path) -Columns 120
        Wait-Terminal $terminal '0 of 3 done; 2 running, 1 waiting'
        Set-Content -LiteralPath $gate 'go'
        $end = Complete-Terminal $terminal
        $end.Text | Should -Match 'ended: 3'
        $end.ExitCode | Should -Be 0
    }
}
