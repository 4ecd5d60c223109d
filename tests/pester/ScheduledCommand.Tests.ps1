# What cron and others start in pwsh, as it stands in their entries: its exit code is all that they look at.
BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $before = $env:FLOWMODULE_PROCESS_HOST
    $env:FLOWMODULE_PROCESS_HOST = $null
    $type = [FlowModule.Flow].Assembly.GetType('FlowModule.Processes.WorkerCommand')
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

    It 'keeps a secret of the script in the process that it runs in' -Skip:$IsWindows {
        $told = Join-Path $TestDrive told
        Set-Content (Join-Path $TestDrive login.ps1) @'
New-Flow login -Secret Token {
    param($Token)
    "result $Token"; [Console]::WriteLine("console $Token"); sh -c "echo program $Token >&2"; Write-Warning "warning $Token"
    throw "cannot log in with $Token"
} | Invoke-Flow -Parameters @{ Token = 'S3c' + 'ret-11' }
'@
        Register-FlowSchedule (Join-Path $TestDrive login.ps1) (New-FlowSchedule -Every 00:00:01) -HistoryPath $history -Using Scheduler -OnFailure (
            New-FlowNotification /bin/sh '-c', "cat >'$told'; env >>'$told'")

        $run = Start-Scheduled login

        $run.ExitCode | Should -Be 1
        $folder = Split-Path $history
        $log = Get-Content -Raw (Join-Path $folder logs login.log)
        $log | Should -Match '(?s)console \*\*\*.*program \*\*\*.*cannot log in with \*\*\*'
        Get-Content -Raw $told | Should -Match 'FLOW_MESSAGE=.*cannot log in with \*\*\*'
        $kept = (Get-ChildItem $folder -Recurse -File) + (Get-Item $told) | ForEach-Object { [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($_.FullName)) }
        @($run.Errors) + $kept | Where-Object { $_.Contains('S3cret-11') } | Should -BeNullOrEmpty
    }
}
