# Names that PowerShell would misread, for every parameter that has a completer: what is completed means this one name, however much of it is typed.
BeforeDiscovery {
    $module = Import-Module "$PSScriptRoot/../../FlowModule.psd1" -PassThru
    $cases = foreach ($command in $module.ExportedCmdlets.Values) {
        foreach ($parameter in $command.Parameters.Values) {
            $completer = $parameter.Attributes.Where{ $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }
            # Queues and workers are on a server, and states, zones and ids are never such names.
            if ($completer -and $parameter.Name -ne 'Id' -and $completer[0].Type.Name -notin 'FlowQueueCompleter', 'FlowWorkerCompleter', 'StateNameCompleter', 'TimeZoneCompleter', 'FlowHistoryCompleter') {
                @{ Command = $command.Name; Parameter = $parameter.Name; Completer = $completer[0].Type.Name; TakesPatterns = [bool] $parameter.Attributes.Where{ $_ -is [System.Management.Automation.SupportsWildcardsAttribute] } }
            }
        }
    }
    $histories = foreach ($command in $module.ExportedCmdlets.Values) {
        foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Attributes.Where{ $_ -is [System.Management.Automation.ArgumentCompleterAttribute] -and $_.Type.Name -eq 'FlowHistoryCompleter' }) { @{ Command = $command.Name; Parameter = $parameter.Name } }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $before = $env:FLOW_HOME, $env:PGSERVICEFILE
    $env:FLOW_HOME = Join-Path ($before[0] ?? $TestDrive) "$(New-Guid)"
    $env:PGSERVICEFILE = Join-Path $TestDrive 'services'
    Set-Content $env:PGSERVICEFILE "[odd 'service']`nhost=db1"
    if (-not $IsWindows) { [System.IO.File]::SetUnixFileMode($env:PGSERVICEFILE, 'UserRead, UserWrite') }
    function Get-Completion([string] $Line) { (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches }
    function Read-Argument([string] $Text) {
        $read = [scriptblock]::Create("function Read-It { `$args[0] }; Read-It $Text").Invoke()
        $read.Count | Should -Be 1
        $read[0]
    }

    $names = 'odd a b', 'odd ''x'' "y"', 'odd[1]', 'odd$HOME', 'odd*y?', 'odd,b;c', 'odd`b', 'odd#(x)', "odd$([char] 0x2019)s", 'odd{1}', '007', '-odd', 'odd-plain'
    $script = Join-Path $TestDrive 'odd.ps1'
    Set-Content $script "'x'"
    foreach ($name in $names) {
        $null = New-Flow $name { } | Invoke-Flow
        $null = New-FlowLimit $name -MaxConcurrency 2
        $null = New-FlowHost $name -Tag $name
    }

    # The name of a registration is the name of a file.
    $registered = 'odd a b', '007', 'odd-plain'
    foreach ($name in $registered) {
        $null = Register-FlowSchedule $script (New-FlowSchedule -Daily -At 03:00) -Name $name -Using Scheduler
    }

    $go = [System.Threading.ManualResetEventSlim]::new()
    $started = [System.Threading.CountdownEvent]::new($names.Count)
    $null = New-Flow odd-waits { $null = $started.Signal(); $null = $go.Wait(600000) } -RunName '{_}' -Tag $names
    $job = $names | Start-Subflow odd-waits -Parallel -ThrottleLimit $names.Count -AsJob
    $started.Wait(600000) | Should -BeTrue
    $limit = [DateTime]::UtcNow.AddSeconds(600)
    while (@(Get-FlowRun -Flow odd-waits -All).Count -lt $names.Count -and [DateTime]::UtcNow -lt $limit) { }
}

AfterAll {
    $go.Set()
    $job | Wait-Job -Timeout 600 | Remove-Job
    $env:FLOW_HOME, $env:PGSERVICEFILE = $before
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'Tab' {
    It 'completes odd names for <Command> -<Parameter>' -ForEach $cases {
        foreach ($typed in '', 'odd', "'odd", '"odd', "'odd["  , "'odd ''x", "'odd``[") {
            $found = @(Get-Completion "$Command -$Parameter $typed")
            $begin = $typed.Trim("'", '"').Replace("''", "'").Replace('`[', '[')
            foreach ($name in ($Completer -eq 'FlowRegistrationCompleter' ? $registered : $names).Where{ $_.StartsWith($begin) }) {
                $its = $found.Where{ $_.ListItemText -ceq $name }
                $its.Count | Should -Be 1 -Because "'$typed' begins '$name'"
                Read-Argument $its[0].CompletionText | Should -BeExactly ($TakesPatterns -and [WildcardPattern]::ContainsWildcardCharacters($name) ? [WildcardPattern]::Escape($name) : $name)
            }
        }

        @(Get-Completion "$Command -$Parameter odd-p").CompletionText | Should -BeExactly 'odd-plain'
    }

    It 'completes odd files and services for <Command> -<Parameter>' -ForEach $histories {
        $folder = Join-Path $TestDrive 'odd [1]'
        $null = [System.IO.Directory]::CreateDirectory($folder)
        $file = Join-Path $folder "it's `$x.db"
        [System.IO.File]::WriteAllText($file, '')
        foreach ($typed in "'$folder/it", "'$([WildcardPattern]::Escape($folder))/it") {
            $found = @(Get-Completion "$Command -$Parameter $typed")
            $found.Count | Should -Be 1
            Read-Argument $found[0].CompletionText | Should -BeExactly $file
        }

        @(Get-Completion "$Command -$Parameter postgres:o").CompletionText | Should -BeExactly "'postgres:odd ''service'''"
    }
}
