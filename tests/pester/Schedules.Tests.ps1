BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $PSStyle.OutputRendering = 'PlainText'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
    $script = Join-Path $TestDrive 'nightly.ps1'
    Set-Content $script @'
param([ValidateSet('full', 'diff')] [string] $Mode = 'full', [switch] $Fail)
New-Flow backup { param($Mode, $Fail) Write-Host "mode: $Mode"; if ($Fail) { throw 'no disk' } } | Invoke-Flow -Parameters @{ Mode = $Mode; Fail = $Fail }
'@

    function Get-Text($InputObject, [int] $Width = 100) {
        ($InputObject | Out-String -Width $Width).Trim() -split '\r?\n'
    }

    function Get-Completion([string] $Line) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches
    }

    $nightly = New-FlowSchedule -Daily -At 03:00
}

AfterAll {
    $env:FLOW_HOME = $before
    $PSStyle.OutputRendering = 'Host'
}

Describe 'A schedule' {
    It 'reads as it was written: <Text>' -ForEach @(
        @{ Text = 'Cron 0 3 * * 1-5'; Make = { New-FlowSchedule '0 3 * * 1-5' } }
        @{ Text = 'Every 00:15:00'; Make = { New-FlowSchedule -Every 00:15 } }
        @{ Text = 'Daily at 06:00, 18:30'; Make = { New-FlowSchedule -Daily -At 6am, 18:30 } }
        @{ Text = 'Weekly on Monday, Friday at 06:00'; Make = { New-FlowSchedule -Weekly -DaysOfWeek Monday, Friday -At 6am } }
        @{ Text = 'At 2099-01-31 06:00:00'; Make = { New-FlowSchedule -At '2099-01-31 06:00' } }
    ) {
        "$(& $Make)" | Should -Be $Text
    }

    It 'is a table that loses nothing, also in a narrow window' {
        $schedule = New-FlowSchedule -Weekly -DaysOfWeek Monday, Tuesday, Wednesday, Thursday, Friday -At 6am -WeeksInterval 2 -TimeZone Europe/Berlin -Jitter 00:05
        $lines = Get-Text $schedule 80
        $lines[0] | Should -Match '^TimeZone +Jitter +NextRun +Schedule$'
        $lines[2] | Should -Match '^Europe/Berlin +00:05:00 +\d{4}-\d\d-\d\d 06:00 \+0[12]:00 +Every 2 weeks'
        (-join $lines) -replace '\s' | Should -Match 'Thursday,Fridayat06:00$'
    }

    It 'says when it would run, and which of several it is' {
        $times = @((New-FlowSchedule -Daily -At 03:00 -TimeZone UTC), (New-FlowSchedule -Daily -At 15:00 -TimeZone UTC) | Get-FlowSchedule -Next 4)
        $times.Name | Sort-Object | Should -Be 'Daily at 03:00', 'Daily at 03:00', 'Daily at 15:00', 'Daily at 15:00'
        $times.Time.Hour | Sort-Object -Unique | Should -Be 3, 15
        (Get-Text $times)[2] | Should -Match '^Daily at \d\d:00 \w{3} \d{4}-\d\d-\d\d \d\d:00:00 \+00:00$'
    }

    It 'is refused in plain words: <Because>' -ForEach @(
        @{ Because = 'never occurs: no month'; Make = { New-FlowSchedule '0 0 30 2 *' } }
        @{ Because = 'It has 1 field: a cron expression has five'; Make = { New-FlowSchedule tomorrow } }
        @{ Because = 'no future occurrence'; Make = { New-FlowSchedule -At 2020-01-01 } }
        @{ Because = 'is not a time. Examples are 06:00'; Make = { New-FlowSchedule -Daily -At 25:00 } }
        @{ Because = 'the shortest is one second'; Make = { New-FlowSchedule -Every 0.5 } }
        @{ Because = "has no time zone 'Berlin'"; Make = { New-FlowSchedule -Every 00:15 -TimeZone Berlin } }
    ) {
        $Make | Should -Throw "*$Because*"
    }
}

Describe 'A registration' {
    AfterEach { Get-FlowSchedule -Using Scheduler | Unregister-FlowSchedule }

    It 'is shown as it is, and fits a narrow window' {
        Register-FlowSchedule $script $nightly -Using Scheduler
        $lines = Get-Text (Get-FlowSchedule) 80
        $lines[0] | Should -Match '^Name +Status +LastRun +LastState +NextRun +When$'
        $lines[2] | Should -Match '^nightly +Registered +\d\d-\d\d 03:00 +Daily at 03:00$'
        $list = Get-FlowSchedule | Format-List | Out-String
        $list | Should -Match '(?m)^Missed +: Skip$'
        $list | Should -Match '(?m)^LogPath +: .*nightly\.log$'
    }

    It 'gives its next times, those of all registrations as one table' {
        Register-FlowSchedule $script $nightly -Using Scheduler
        Register-FlowSchedule $script (New-FlowSchedule -Every 01:00) -Name hourly -Using Scheduler
        (Get-FlowSchedule -Next 2).Name | Should -Be 'hourly', 'hourly', 'nightly', 'nightly'
    }

    It 'shows with -WhatIf what the crontab would hold, and makes nothing' -Skip:$IsWindows {
        $line = pwsh -NoProfile -Command "Import-Module '$PSScriptRoot/../../FlowModule.psd1'; Register-FlowSchedule '$script' (New-FlowSchedule '0 3 * * 1-5') -Using Crontab -WhatIf"
        "$line" | Should -Match "What if: Register 'nightly' in your crontab: 0 3 \* \* 1-5 .*Invoke-FlowSchedule -Name .*nightly.* -Due -HistoryPath .* #FlowModule:nightly"
        Get-FlowSchedule | Should -BeNullOrEmpty
    }

    It 'is replaced by one of the same name, and gone when it is unregistered' {
        Register-FlowSchedule $script $nightly -Using Scheduler
        Register-FlowSchedule $script (New-FlowSchedule -Every 01:00) -Name NIGHTLY -Using Scheduler -PassThru | ForEach-Object When | Should -Be 'Every 01:00:00'
        Unregister-FlowSchedule nightly -WhatIf
        @(Get-FlowSchedule).Count | Should -Be 1
        Unregister-FlowSchedule nightly
        Get-FlowSchedule | Should -BeNullOrEmpty
        { Unregister-FlowSchedule nightly -ErrorAction Stop } | Should -Throw "No flow is registered as 'nightly'*" -ErrorId 'FlowScheduleNotFound,*'
    }

    It 'is shown as paused, with what to do' {
        Register-FlowSchedule $script $nightly -Using Scheduler
        Suspend-FlowSchedule nightly -WhatIf
        (Get-FlowSchedule).Status | Should -Be 'Registered'
        Suspend-FlowSchedule night*
        (Get-Text (Get-FlowSchedule) 80)[2] | Should -Match '^nightly +Paused +Daily at 03:00$'
        (Get-FlowSchedule).Message | Should -Match '^It has been paused since .*Resume-FlowSchedule resumes it\.$'
        (Get-FlowSchedule | Resume-FlowSchedule -PassThru).Status | Should -Be 'Registered'
        { Suspend-FlowSchedule other -ErrorAction Stop } | Should -Throw "No flow is registered as 'other'*" -ErrorId 'FlowScheduleNotFound,*'
    }

    It 'is refused in plain words: <Because>' -ForEach @(
        @{ Because = 'There is no script'; With = { @{ Path = 'absent.ps1'; Schedule = $nightly } } }
        @{ Because = "has no parameter 'Nope'. It has: Mode, Fail"; With = { @{ Path = $script; Schedule = $nightly; Parameters = @{ Nope = 1 } } } }
        @{ Because = "has no line '#FlowSchedule', and -Schedule is missing"; With = { @{ Path = $script } } }
        @{ Because = "'a/b' is not a valid name for a scheduled flow"; With = { @{ Path = $script; Schedule = $nightly; Name = 'a/b' } } }
        @{ Because = 'an interval must divide a day*Use -Using Scheduler'; With = { @{ Path = $script; Schedule = New-FlowSchedule -Every 00:07; Using = 'Crontab' } } }
    ) {
        $bound = & $With
        if (-not $bound.Using) { $bound.Using = 'Scheduler' }
        { Register-FlowSchedule @bound } | Should -Throw "*$Because*"
        Get-FlowSchedule | Should -BeNullOrEmpty
    }

    It 'is small as JSON' {
        Register-FlowSchedule $script $nightly -Parameters @{ Mode = 'diff' } -Using Scheduler
        $json = Get-FlowSchedule | ConvertTo-Json -WarningAction SilentlyContinue | ConvertFrom-Json
        $json.When, $json.Parameters.Mode | Should -Be 'Daily at 03:00', 'diff'
        $json.PSObject.Properties.Name | Should -Not -Contain 'Flow'
    }
}

Describe 'A scheduled flow that is run by hand' {
    BeforeAll {
        $report = Join-Path $TestDrive 'report.json'
        $tell = New-FlowNotification pwsh '-NoProfile', '-Command', "[IO.File]::WriteAllText('$report', [Console]::In.ReadToEnd())"
        Register-FlowSchedule $script $nightly -Parameters @{ Mode = 'diff' } -Using Scheduler
        Register-FlowSchedule $script $nightly -Name failing -Parameters @{ Fail = $true } -OnFailure $tell -Using Scheduler
        $completed, $failed = 'nightly', 'failing' | ForEach-Object { Invoke-FlowSchedule $_ }
    }

    AfterAll { Get-FlowSchedule -Using Scheduler | Unregister-FlowSchedule }

    It 'gives what became of it' {
        $lines = Get-Text @($completed, $failed)
        $lines[0] | Should -Match '^Name +ScheduledTime +State +ExitCode +Duration Message$'
        $lines[2] | Should -Match '^nightly +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Completed +0 +\d+\.\d{3} s'
        $lines[3] | Should -Match '^failing .* Failed +1 '
        $failed.Message | Should -BeLike "Flow run '*' for flow 'backup' ended Failed: *no disk"
    }

    It 'is in the history, under its schedule' {
        (Get-FlowRun -Schedule failing).State.Name | Should -Be 'Failed'
        (Get-FlowRun -Schedule nightly).FlowName | Should -Be 'backup'
        (Get-FlowSchedule failing).LastState | Should -Be 'Failed'
        (Get-FlowSchedule nightly -Last 1).State | Should -Be 'Completed'
    }

    It 'has its output in its log, without colours' {
        $log = Get-Content $completed.LogPath
        $log[0] | Should -Match '^---- .* \| nightly of .* \| Started\.$'
        $log | Should -Contain 'mode: diff'
        $log[-1] | Should -Match '^---- .* \| nightly of .* \| Completed, exit code 0\.$'
        Get-Content $failed.LogPath -Raw | Should -Not -Match '\e'
    }

    It 'tells of its failure' {
        $told = Get-Content $report -Raw | ConvertFrom-Json
        $told.schedule, $told.state, $told.exitCode | Should -Be 'failing', 'Failed', 1
        $told.text | Should -BeLike "'failing' failed on *no disk"
        $told.log -join "`n" | Should -Match 'no disk'
        $told.log -join "`n" | Should -Not -Match '\e'
    }
}

Describe 'Start-FlowScheduler' {
    It 'runs the scripts of a folder at the times that they say' {
        $folder = New-Item (Join-Path $TestDrive 'served') -ItemType Directory
        Set-Content $folder/tick.ps1 "#FlowSchedule -Every 00:00:01 -MultipleInstances Queue`nNew-Flow tick { } | Invoke-Flow"
        Set-Content $folder/wrong.ps1 '#FlowSchedule -Evry 00:00:01'
        $run = Start-FlowScheduler $folder -PassThru -WarningVariable warnings -WarningAction SilentlyContinue | Select-Object -First 1
        "$($run.Name) $($run.State) $($run.Message)" | Should -Be 'tick Completed '
        "$warnings" | Should -Match 'wrong\.ps1:1: There is no parameter -Evry here'
    }
}

Describe 'Who is told' {
    It 'is shown without its secrets' {
        "$(New-FlowNotification -Webhook https://chat.example/services/secret)" | Should -Be 'POST https://chat.example/...'
        "$(New-FlowNotification -MailTo ops@example.org -MailFrom flows@example.org -SmtpServer localhost)" | Should -Be 'Mail to ops@example.org'
        New-FlowNotification -Webhook https://chat.example/services/secret | ConvertTo-Json | Should -Not -Match 'secret'
    }

    It 'is tried before the night, and says what came of it' {
        $lines = Get-Text (New-FlowNotification -Webhook http://localhost:1/hook | Test-FlowNotification)
        $lines[0] | Should -Match 'Notification +Succeeded +Duration Message'
        $lines[2] | Should -Match 'POST http://localhost:1/\.\.\. +False +\d+\.\d{3} s \S'
    }

    It 'is refused in plain words' {
        { New-FlowNotification no-such-program } | Should -Throw "There is no program 'no-such-program'*"
        { New-FlowNotification -Webhook ftp://example.org } | Should -Throw '*begins with https:// or http://*'
    }
}

Describe 'Completion of schedules' {
    BeforeAll {
        Register-FlowSchedule $script $nightly -Using Scheduler
        Register-FlowSchedule $script $nightly -Name 'night two' -Using Scheduler
    }

    AfterAll { Get-FlowSchedule -Using Scheduler | Unregister-FlowSchedule }

    It 'completes <_>' -ForEach 'Get-FlowSchedule n', 'Unregister-FlowSchedule n', 'Suspend-FlowSchedule n', 'Resume-FlowSchedule n', 'Invoke-FlowSchedule n', 'Test-FlowNotification -Name n', 'Get-FlowRun -Schedule n', 'Register-FlowSchedule x.ps1 -Name n' {
        (Get-Completion $_).CompletionText | Should -Be "'night two'", 'nightly'
        (Get-Completion $_)[-1].ToolTip | Should -Be 'nightly: Daily at 03:00, Scheduler, Registered'
    }

    It 'completes the words of <Line>' -ForEach @(
        @{ Line = 'New-FlowSchedule -TimeZone ber'; Words = 'Atlantic/Bermuda', 'Europe/Berlin' }
        @{ Line = 'New-FlowSchedule -Weekly -DaysOfWeek T'; Words = 'Thursday', 'Tuesday' }
        @{ Line = 'Register-FlowSchedule x.ps1 -Using '; Words = 'Crontab', 'Scheduler', 'Systemd', 'TaskScheduler' }
        @{ Line = 'Register-FlowSchedule x.ps1 -MultipleInstances '; Words = 'IgnoreNew', 'Parallel', 'Queue', 'StopExisting' }
        @{ Line = 'Register-FlowSchedule x.ps1 -Missed '; Words = 'RunAll', 'RunOnce', 'Skip' }
    ) {
        (Get-Completion $Line).CompletionText | Sort-Object | Should -Be $Words
    }
}
