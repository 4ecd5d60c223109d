# What cron and others start in pwsh, as it stands in their entries: its exit code is all that they look at.
BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $before = $env:FLOWMODULE_PROCESS_HOST
    $env:FLOWMODULE_PROCESS_HOST = $null
    $type = [FlowModule.Flow].Assembly.GetType('FlowModule.Hosting.Processes.WorkerCommand')
    $all = [Reflection.BindingFlags]'Static, Instance, NonPublic'

    function Start-Scheduled([string] $Name) {
        $command = $type.GetMethod('Scheduled', $all).Invoke($type.GetMethod('Find', $all).Invoke($null, @()), [object[]] ($Name, $history))
        $start = [Diagnostics.ProcessStartInfo]::new($command.Item1, [string[]] $command.Item2)
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [Diagnostics.Process]::Start($start)
        $errors = $process.StandardError.ReadToEndAsync()
        $null = $process.StandardOutput.ReadToEnd()
        $process.WaitForExit()
        [pscustomobject]@{ ExitCode = $process.ExitCode; Errors = $errors.Result.Trim() }
    }
}

AfterAll {
    $env:FLOWMODULE_PROCESS_HOST = $before
}

Describe 'The command that a scheduler starts in pwsh' {
    BeforeEach {
        $history = [string] (Join-Path $TestDrive "it's $([guid]::NewGuid())" 'history.db')
    }

    It 'ends with 0 when the flow has completed, and with 1 when it has failed' {
        foreach ($script in @{ good = "'done'"; bad = "throw 'broken'" }.GetEnumerator()) {
            Set-Content (Join-Path $TestDrive "$($script.Key).ps1") $script.Value
            Register-FlowSchedule (Join-Path $TestDrive "$($script.Key).ps1") (New-FlowSchedule -Every 00:00:01) -HistoryPath $history -Using Scheduler
        }

        $good = Start-Scheduled good
        $good.Errors | Should -BeNullOrEmpty
        $good.ExitCode | Should -Be 0
        (Start-Scheduled bad).ExitCode | Should -Be 1
    }

    It 'ends with 2 and says why when there is no such registration' {
        $run = Start-Scheduled none
        $run.ExitCode | Should -Be 2
        $run.Errors | Should -BeLike "No flow is registered as 'none'.*"
    }
}
