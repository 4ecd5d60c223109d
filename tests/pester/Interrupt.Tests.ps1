# Ctrl+C as a person presses it: in a terminal, at a script and at a prompt.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $hasTerminal = Test-Terminal
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $manifest = Convert-Path "$PSScriptRoot/../../FlowModule.psd1"
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"

    function Start-Script([string] $Text) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content -LiteralPath $path "Import-Module '$manifest'; $Text"
        Start-Terminal (Get-ShellCommand '-File', $path)
    }

    function Get-LastState([string] $Flow) {
        "$((Get-FlowRun -Flow $Flow -Last 1).State.Name)"
    }
}

AfterAll { $env:FLOW_HOME = $before }

Describe 'Ctrl+C' -Skip:(-not $hasTerminal) {
    AfterEach { Stop-Terminal $terminal }

    It 'cancels the flow of a script, whose finally blocks run' {
        $terminal = Start-Script 'try { New-Flow alone { try { Write-Host "it runs"; Start-Sleep 600 } finally { Write-Host "body cleaned" } } | Invoke-Flow } finally { [Console]::Out.WriteLine("script cleaned") }; "not reached"'
        Wait-Terminal $terminal 'it runs'
        Send-Terminal $terminal "`u{3}"
        $end = Complete-Terminal $terminal
        $end.Text | Should -Match 'body cleaned'
        $end.Text | Should -Match 'script cleaned'
        $end.Text | Should -Not -Match 'not reached'
        Get-LastState alone | Should -Be 'Cancelled'
    }

    It 'cancels all parallel subflows and their parent' {
        $terminal = Start-Script 'New-Flow parent { 1..3 | Start-Subflow (New-Flow child { try { Write-Host "child $_ runs"; Start-Sleep 600 } finally { [Console]::Out.WriteLine("child $_ cleaned") } }) -Parallel -ThrottleLimit 3 } | Invoke-Flow'
        foreach ($number in 1..3) { Wait-Terminal $terminal ' runs' }
        Send-Terminal $terminal "`u{3}"
        $end = Complete-Terminal $terminal
        foreach ($number in 1..3) { $end.Text | Should -Match "child $number cleaned" }
        $end.Text | Should -Match 'The command was stopped: 4 runs were cancelled\.'
        Get-LastState parent | Should -Be 'Cancelled'
        (Get-FlowRun -Flow child).State.Name | Should -Be 'Cancelled', 'Cancelled', 'Cancelled'
    }

    It 'cancels a subflow that has a process of its own' {
        $terminal = Start-Script '1 | Start-Subflow (New-Flow apart { Write-Host "process $PID runs"; Start-Sleep 600 }) -Isolation Process'
        Wait-Terminal $terminal ' runs'
        $id = [int] [regex]::Match($terminal.Text.ToString(), 'process (\d+) runs').Groups[1].Value
        Send-Terminal $terminal "`u{3}"
        $null = Complete-Terminal $terminal
        Get-LastState apart | Should -Be 'Cancelled'
        Wait-Process -Id $id -Timeout 600 -ErrorAction Ignore
        Get-Process -Id $id -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'leaves the session of a prompt as it was' {
        # A line editor redraws what is typed: the words that are waited for are not in the line as it stands.
        $terminal = Start-Terminal (Get-ShellCommand '-NoExit', '-Command', "Import-Module '$manifest'; Remove-Module PSReadLine -ErrorAction Ignore; function prompt { 'at the ' + 'prompt> ' }")
        Wait-Terminal $terminal 'at the prompt> '
        Send-Terminal $terminal "`$kept = 6; New-Flow typed { 'it ' + 'runs' | Out-Host; Start-Sleep 600 } | Invoke-Flow`r"
        Wait-Terminal $terminal 'it runs'
        Send-Terminal $terminal "`u{3}"
        Wait-Terminal $terminal 'at the prompt> '
        Send-Terminal $terminal "'kept ' + `$kept * 7; (Invoke-Flow { 'again ' + `$kept }).Result; 'jobs ' + @(Get-Job).Count`r"
        Wait-Terminal $terminal 'kept 42'
        Wait-Terminal $terminal 'again 6'
        Wait-Terminal $terminal 'jobs 0'
        Wait-Terminal $terminal 'at the prompt> '
        Send-Terminal $terminal "exit 5`r"
        (Complete-Terminal $terminal).ExitCode | Should -Be 5
        Get-LastState typed | Should -Be 'Cancelled'
    }

    It 'ends Wait-FlowTask, and leaves the task that it waits for' {
        $terminal = Start-Script '$go = [Threading.ManualResetEventSlim]::new(); $task = Start-FlowTask waited { $go.Wait() }; try { Write-Host "it waits"; Wait-FlowTask $task } finally { [Console]::Out.WriteLine("state $($task.State.Name)"); $go.Set() }'
        Wait-Terminal $terminal 'it waits'
        Send-Terminal $terminal "`u{3}"
        (Complete-Terminal $terminal).Text | Should -Match 'state Running'
    }
}
