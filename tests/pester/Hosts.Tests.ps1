BeforeDiscovery {
    # What stands for ssh is a shell script.
    $hasShell = -not $IsWindows
    $hasSshd = $hasShell -and ((Get-Command sshd -ErrorAction Ignore) -or (Test-Path /usr/sbin/sshd)) -and @(Get-Command ssh, ssh-keygen -ErrorAction Ignore).Count -eq 2
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $program = [Environment]::ProcessPath
    $powerShell = if ([IO.Path]::GetFileNameWithoutExtension($program) -eq 'dotnet') { "'$program' '$PSHOME/pwsh.dll'" } else { "'$program'" }
    $path = $env:PATH

    # Hosts of this machine: what ssh would have run there, runs here. A host whose name begins with down is not there.
    function Use-Hosts {
        $folder = Join-Path $TestDrive ssh
        if (-not (Test-Path $folder)) {
            $null = New-Item $folder -ItemType Directory
            Set-Content "$folder/ssh" @'
#!/bin/sh
while [ "$1" != "--" ]; do shift; done
shift; FLOW_TEST_HOST=$1; shift
case "$FLOW_TEST_HOST" in
    down*) echo "ssh: connect to host $FLOW_TEST_HOST: refused" >&2; exit 255 ;; 
    moved*) mv "$FLOW_TEST_MOVED/here" "$FLOW_TEST_MOVED/there" ;;
esac
export FLOW_TEST_HOST XDG_DATA_HOME="$(dirname "$0")/data"
echo 'a profile that writes'
exec /bin/sh -c "exec $*"
'@
            chmod +x "$folder/ssh"
        }

        $env:PATH = "$folder`:$path"
    }
}

AfterAll {
    $env:PATH = $path
}

Describe 'Subflows on other machines' -Skip:(-not $hasShell) {
    BeforeAll {
        Use-Hosts
        $there = @{ PowerShellPath = $powerShell; Parallel = $true }
    }

    It 'run in processes of their own, with what they use from here' {
        $factor = 3
        function Get-Product($n) { $n * $factor }
        $states = 1..4 | Start-Subflow { Write-Warning "item $_"; Get-Product $_; $env:FLOW_TEST_HOST; $PID } @there -HostName web1 -KeepOrder -WarningVariable warnings -WarningAction SilentlyContinue
        $states.Name | Should -Be (@('Completed') * 4)
        $states.ForEach({ $_.Result[0] }) | Should -Be 3, 6, 9, 12
        $states.ForEach({ $_.Result[1] }) | Should -Be (@('web1') * 4)
        $states.ForEach({ $_.Result[2] }) | Should -Not -Contain $PID
        $states.HostName | Should -Be (@('web1') * 4)
        $states.Run.HostName | Should -Be (@('web1') * 4)
        "$warnings" | Should -BeLike '*item 4*'
    }

    It 'have their machine in the body, in the history and in what shows it' {
        $state = Start-Subflow { "body on $($FlowRun.HostName)" } @there -HostName web1
        $state.Result | Should -Be 'body on web1'
        $run = Get-FlowRun -Id $state.Run.Id
        $run.HostName | Should -Be 'web1'
        "$($run | Format-List | Out-String)" | Should -Match 'HostName\s+: web1'
        $run | Export-FlowRun "$TestDrive/run.json"
        (Get-Content "$TestDrive/run.json" -Raw) | Should -Match '"HostName":\s*"web1"'
        $run | Export-FlowRun "$TestDrive/run.html"
        (Get-Content "$TestDrive/run.html" -Raw) | Should -BeLike '*<dt>Host</dt>*web1*'
        "$(Get-FlowRun -Id (Start-Subflow { 1 }).Run.Id | Format-List | Out-String)" | Should -Not -Match 'HostName'
        $null = Start-Subflow { throw 'no' } @there -HostName web1 -ErrorAction SilentlyContinue
        (Get-FlowReport | Out-String) | Should -BeLike '* on web1 Failed: *no*'
    }

    It 'are spread over the machines' {
        # Each waits for the other.
        $meeting = Join-Path $TestDrive meeting
        $null = New-Item $meeting -ItemType Directory
        $states = 1..2 | Start-Subflow {
            $null = New-Item "$meeting/$_"
            while ((Get-ChildItem $meeting).Count -lt 2) { Start-Sleep -Milliseconds 20 }
        } @there -HostName web1, web2 -ThrottlePerHost 1
        $states.HostName | Sort-Object | Should -Be 'web1', 'web2'
    }

    It 'run once on each of them' {
        $states = 'a', 'b' | Start-Subflow { "$_ $env:FLOW_TEST_HOST" } @there -HostName web1, web2 -Each
        $states.Result | Sort-Object | Should -Be 'a web1', 'a web2', 'b web1', 'b web2'
        $states.ForEach({ "$($_.Run.InputObject) $($_.HostName)" }) | Sort-Object | Should -Be 'a web1', 'a web2', 'b web1', 'b web2'
    }

    It 'know their run, and run tasks' {
        $state = Start-Subflow { $FlowRun.Name; 1..2 | Invoke-FlowTask { $_ * 10 } } @there -HostName web1 -WarningVariable warnings
        $state.Result | Should -Be $state.Run.Name, 10, 20
        $warnings | Should -BeNullOrEmpty
    }

    It 'end with what they have started when their time is up' {
        $done = Join-Path $TestDrive done
        $state = Start-Subflow { try { sleep 4711 } finally { Set-Content $done 'finally' } } @there -HostName web1 -TimeoutSeconds 1 -ErrorAction SilentlyContinue
        $state.Name | Should -Be 'TimedOut'
        $done | Should -FileContentMatch 'finally'
    }

    It 'retry, as here' {
        (Start-Subflow { if ($FlowRun.Attempt -eq 1) { throw 'no' }; $FlowRun.Attempt } @there -HostName web1 -Retry 1).Result | Should -Be 2
    }

    It 'show what programs write straight to the standard streams' {
        $state = Start-Subflow { [Console]::WriteLine('straight'); /bin/sh -c 'read line; echo "read <$line>"' } @there -HostName web1
        $state.Result | Should -Be 'read <>'
        $state.Name | Should -Be 'Completed'
    }

    It 'import a module by its name where it is in another folder' {
        # What is a module here is in another folder by the time that the other side looks.
        $env:FLOW_TEST_MOVED = Join-Path $TestDrive modules
        $modules = $env:PSModulePath
        try {
            $null = New-Item "$env:FLOW_TEST_MOVED/here/Elsewhere" -ItemType Directory
            Set-Content "$env:FLOW_TEST_MOVED/here/Elsewhere/Elsewhere.psm1" 'function Get-Elsewhere { "from $PSScriptRoot" }'
            New-ModuleManifest "$env:FLOW_TEST_MOVED/here/Elsewhere/Elsewhere.psd1" -RootModule Elsewhere.psm1 -ModuleVersion 1.2.3 -FunctionsToExport Get-Elsewhere
            Import-Module "$env:FLOW_TEST_MOVED/here/Elsewhere"

            $missing = Start-Subflow { Get-Elsewhere } @there -HostName moved1 -ErrorAction SilentlyContinue
            $missing.Name | Should -Be 'Failed'
            $missing.Message | Should -BeLike '*Elsewhere*1.2.3*'

            Rename-Item "$env:FLOW_TEST_MOVED/there" here
            $env:PSModulePath = "$env:FLOW_TEST_MOVED/there$([IO.Path]::PathSeparator)$modules"
            (Start-Subflow { Get-Elsewhere } @there -HostName moved2).Result | Should -BeLike 'from *there*Elsewhere'
        }
        finally {
            $env:PSModulePath = $modules
            $env:FLOW_TEST_MOVED = $null
            Remove-Module Elsewhere
        }
    }
}

Describe 'A machine that is lost' -Skip:(-not $hasShell) {
    BeforeAll {
        Use-Hosts
        $there = @{ PowerShellPath = $powerShell; Parallel = $true; ThrottlePerHost = 1 }
    }

    It 'is replaced by another one, and left out' {
        $states = 1..6 | Start-Subflow { $env:FLOW_TEST_HOST } @there -HostName down1, web1 -WarningVariable warnings -WarningAction SilentlyContinue
        $states.Name | Should -Be (@('Completed') * 6)
        $states.Result | Should -Be (@('web1') * 6)
    }

    It 'is the reason, if there is no other' {
        $states = 1..2 | Start-Subflow { 1 } @there -HostName down1 -ErrorAction SilentlyContinue -ErrorVariable errors
        $states.Name | Should -Be 'Crashed', 'Crashed'
        $states[0].Message | Should -BeLike "Host 'down1' cannot be used: *refused*3 times in a row."
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'FlowRunCrashed*'
    }

    It 'has its subflow begin again' {
        $mark = Join-Path $TestDrive lost
        $body = { if (Test-Path $mark) { 'again' } else { $null = New-Item $mark; [Diagnostics.Process]::GetCurrentProcess().Kill(); Start-Sleep 600 } }
        $state = Start-Subflow $body @there -HostName web1, web2 -WarningVariable warnings -WarningAction SilentlyContinue
        $state.Result | Should -Be 'again'
        $state.Run.Attempt | Should -Be 1
        "$warnings" | Should -BeLike "*Host 'web?' was lost:*begins again*"
    }

    It 'ends its subflow as Crashed with -OnHostLost Fail' {
        $state = Start-Subflow { [Diagnostics.Process]::GetCurrentProcess().Kill(); Start-Sleep 600 } @there -HostName web1, web2 -OnHostLost Fail -ErrorAction SilentlyContinue
        $state.Name | Should -Be 'Crashed'
        $state.Message | Should -BeLike "Host 'web?' was lost:*"
    }
}

Describe 'The parameters for other machines' {
    It '<Name> needs <Needed>' -ForEach @(
        @{ Name = 'Port'; Given = @{ Port = 22 }; Needed = '-HostName or -HostTag' }
        @{ Name = 'Each'; Given = @{ Each = $true }; Needed = '-HostName, -HostTag, -ComputerName or -Session' }
        @{ Name = 'Credential'; Given = @{ Credential = [pscredential]::Empty; HostName = 'web1' }; Needed = '-ComputerName' }
    ) {
        { Start-Subflow { 1 } @Given } | Should -Throw -ErrorId 'FlowHostParameters,FlowModule.Commands.StartSubflowCommand' -ExpectedMessage "-$Name needs $Needed."
    }

    It 'are in the plan' {
        $plan = 1..2 | Start-Subflow { 1 } -Parallel -HostName web1, web2 -WhatIf
        $plan.Runs[0].HostName | Should -Be 'web1', 'web2'
        "$($plan | Out-String)" | Should -BeLike '*on web1 or web2*'
        (1 | Start-Subflow { 1 } -Parallel -HostName web1, web2 -Each -WhatIf).Runs.HostName | Should -Be 'web1', 'web2'
    }

    It 'do not go with -Isolation' {
        { Start-Subflow { 1 } -HostName web1 -Isolation Process } | Should -Throw -ErrorId 'FlowHostParameters,FlowModule.Commands.StartSubflowCommand'
    }
}

Describe 'A real SSH server' -Skip:(-not $hasSshd) {
    BeforeAll {
        $env:PATH = $path
        $sshd = (Get-Command sshd -ErrorAction Ignore).Source ?? '/usr/sbin/sshd'
        $folder = (New-Item "$TestDrive/sshd" -ItemType Directory).FullName
        ssh-keygen -q -t ed25519 -N '' -f "$folder/host"
        ssh-keygen -q -t ed25519 -N '' -f "$folder/user"
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        Set-Content "$folder/config" @"
ListenAddress 127.0.0.1
Port $port
HostKey $folder/host
AuthorizedKeysFile $folder/user.pub
StrictModes no
UsePAM no
PidFile none
SetEnv XDG_DATA_HOME=$folder/data
Subsystem powershell $powerShell -sshs -NoLogo -NoProfile
"@
        # As an administrator it needs this folder, and as anybody else it does not look for it.
        if ((id -u) -eq 0) { $null = New-Item /run/sshd -ItemType Directory -Force }
        $server = Start-Process -FilePath $sshd -ArgumentList '-D', '-f', "$folder/config" -PassThru -RedirectStandardError "$folder/errors" -RedirectStandardOutput "$folder/output"
        $there = @{ HostName = '127.0.0.1'; Port = $port; UserName = (id -un); KeyFilePath = "$folder/user"; PowerShellPath = $powerShell; Parallel = $true; Options = @{ UserKnownHostsFile = "$folder/known"; StrictHostKeyChecking = 'accept-new' } }
        while (-not $server.HasExited) {
            try { [Net.Sockets.TcpClient]::new('127.0.0.1', $port).Dispose(); break } catch { Start-Sleep -Milliseconds 50 }
        }
    }

    AfterAll {
        if ($server -and -not $server.HasExited) { $server.Kill($true) }
    }

    It 'executes subflows, in order and whole' {
        $text = 'x' * 100000
        $states = 1..20 | Start-Subflow { "$_ $($text.Length)" } @there -KeepOrder
        $states.Result | Should -Be (1..20 | ForEach-Object { "$_ 100000" })
        $states.HostName | Select-Object -Unique | Should -Be '127.0.0.1'
    }

    It 'has its tasks in the history here' {
        $state = Start-Subflow { Write-Verbose before; 1..3 | Invoke-FlowTask double { Write-Warning "task $_"; $_ * 2 } } @there -WarningAction SilentlyContinue
        $state.Result | Should -Be 2, 4, 6
        $tasks = Get-FlowRun -Id $state.Run.Id -Tree | Where-Object Kind -eq Task
        $tasks.Name | Sort-Object | Should -Be 'double-0', 'double-1', 'double-2'
        $tasks.State.Name | Should -Be (@('Completed') * 3)
        $tasks.HostName | Should -Be (@('127.0.0.1') * 3)
        "$(Get-FlowLog -Id $state.Run.Id | Out-String)" | Should -BeLike '*task 3*'
    }

    It 'executes them in a session of PowerShell remoting too, which stays open' {
        $text = 'x' * 100000
        $session = New-PSSession -HostName 127.0.0.1 -Port $port -UserName $there.UserName -KeyFilePath $there.KeyFilePath -Options $there.Options
        try {
            $states = 1..5 | Start-Subflow { Write-Warning "item $_"; "$_ $($text.Length)" } -Session $session -Parallel -KeepOrder -WarningVariable warnings -WarningAction SilentlyContinue
            $states.Result | Should -Be (1..5 | ForEach-Object { "$_ 100000" })
            $states.HostName | Select-Object -Unique | Should -Be '127.0.0.1'
            "$warnings" | Should -BeLike '*item 5*'
            $state = Start-Subflow { Invoke-FlowTask inner { 1 } } -Session $session -Parallel
            (Get-FlowRun -Id $state.Run.Id -Tree | Where-Object Kind -eq Task).State.Name | Should -Be 'Completed'
            "$($session.State)" | Should -Be 'Opened'

            # As soon as a call is over, its session is the user's again.
            Invoke-Command -Session $session { 'free' } | Should -Be 'free'
            $null = Start-Subflow { 1 } -Session $session -AsJob -WhatIf
            (Start-Subflow { 1 } -Session $session -AsJob | Receive-Job -Wait -AutoRemoveJob).Result | Should -Be 1
            Invoke-Command -Session $session { 'free' } | Should -Be 'free'
            1..3 | Start-Subflow { $_ } -Session $session -Parallel | Select-Object -First 1 | ForEach-Object Name | Should -Be 'Completed'
            Invoke-Command -Session $session { 'free' } | Should -Be 'free'
        }
        finally { Remove-PSSession $session }
    }

    It 'is reached with what the file of hosts says' {
        $before = $env:FLOW_HOME
        $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
        try {
            $settings = $there + @{}
            'HostName', 'Parallel' | ForEach-Object { $settings.Remove($_) }
            $null = New-FlowHost here 127.0.0.1 @settings -Tag here
            $wrong = $settings + @{}; $wrong.UserName = 'nobody-there'
            $null = New-FlowHost wrong 127.0.0.1 @wrong -Tag other
            (Start-Subflow { 'reached' } -Parallel -HostTag here).ForEach({ "$($_.HostName) $($_.Result)" }) | Should -Be 'here reached'
            (Start-Subflow { 'reached' } -Parallel -HostName wrong -UserName $there.UserName).Result | Should -Be 'reached'
        }
        finally { $env:FLOW_HOME = $before }
    }

    It 'is the reason if it refuses the key' {
        $other = $there + @{}; $other.UserName = 'nobody-there'
        $state = Start-Subflow { 1 } @other -ErrorAction SilentlyContinue
        $state.Name | Should -Be 'Crashed'
        $state.Message | Should -BeLike "Host '127.0.0.1' cannot be used: ssh ended with exit code 255.*Permission denied*"
    }
}
