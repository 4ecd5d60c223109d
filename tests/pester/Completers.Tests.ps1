# Every parameter that has a completer completes, at a prompt, from what there is: a new one is tried here without being named.
BeforeDiscovery {
    $module = Import-Module "$PSScriptRoot/../../FlowModule.psd1" -PassThru
    $cases = foreach ($command in $module.ExportedCmdlets.Values) {
        foreach ($parameter in $command.Parameters.Values) {
            $completer = $parameter.Attributes.Where{ $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }
            # Queues and workers are on a server: FlowHost.Tests has them.
            if ($completer -and $completer[0].Type.Name -notin 'FlowQueueCompleter', 'FlowWorkerCompleter') { @{ Command = $command.Name; Parameter = $parameter.Name; Completer = $completer[0].Type.Name } }
        }
    }
    $enums = foreach ($command in $module.ExportedCmdlets.Values) {
        foreach ($parameter in $command.Parameters.Values) {
            $type = $parameter.ParameterType.IsArray ? $parameter.ParameterType.GetElementType() : $parameter.ParameterType
            if ($type.IsEnum -and $type.Namespace -like 'FlowModule*') { @{ Command = $command.Name; Parameter = $parameter.Name; Words = [enum]::GetNames($type) } }
        }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
    function Get-Completion([string] $Line) { (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches }

    # What there is: a flow, a limit, a host, a run that completed, one that failed, one that still runs, and a registration.
    $null = New-Flow tab-flow { if ($_ -eq 2) { throw 'x' } } -RunName 'tab-run-{_}' -Tag tab-tag
    $null = New-FlowLimit tab-limit -MaxConcurrency 2
    $null = New-FlowHost tab-host -Tag tab-place
    $states = 1..2 | Start-Subflow tab-flow -ErrorAction SilentlyContinue
    $go = [System.Threading.ManualResetEventSlim]::new()
    $started = [System.Threading.ManualResetEventSlim]::new()
    $job = New-Flow tab-long { $started.Set(); $null = $go.Wait(600000) } -RunName tab-run-3 | Invoke-Flow -AsJob
    $started.Wait(600000) | Should -BeTrue
    $serviceFile = $env:PGSERVICEFILE
    $env:PGSERVICEFILE = Join-Path $TestDrive 'services'
    Set-Content $env:PGSERVICEFILE "[tab-history]`nhost=db1`n[other]`nhost=db2"
    if (-not $IsWindows) { [System.IO.File]::SetUnixFileMode($env:PGSERVICEFILE, 'UserRead, UserWrite') }
    $script = Join-Path $TestDrive 'tab-registration.ps1'
    Set-Content $script "'x'"
    $null = Register-FlowSchedule $script (New-FlowSchedule -Daily -At 03:00) -Using Scheduler
    $limit = [DateTime]::UtcNow.AddSeconds(600)
    while (-not (Get-FlowRun tab-run-3 -ErrorAction Ignore) -and [DateTime]::UtcNow -lt $limit) { }

    $expected = @{
        FlowNameCompleter         = 'tab-flow', 'tab-long'
        FlowLimitCompleter        = , 'tab-limit'
        FlowHostCompleter         = , 'tab-host'
        FlowHistoryCompleter      = , 'postgres:tab-history'
        FlowHostTagCompleter      = , 'tab-place'
        FlowRunNameCompleter      = , 'tab-run-3'
        FlowRunRecordCompleter    = 'tab-run-1', 'tab-run-2', 'tab-run-3'
        RecordedFlowCompleter     = 'tab-flow', 'tab-long'
        FlowRegistrationCompleter = , 'tab-registration'
        FlowTagCompleter          = , 'tab-tag'
        StoredRunCompleter        = 'tab-run-2', 'tab-run-3'
        StateNameCompleter        = 'TimedOut'
        TimeZoneCompleter         = 'Europe/Berlin'
    }
    $words = @{ FlowHistoryCompleter = 'postgres:tab'; StateNameCompleter = 'timed'; TimeZoneCompleter = 'berl' }
}

AfterAll {
    $go.Set()
    $job | Wait-Job -Timeout 600 | Remove-Job
    $env:FLOW_HOME = $before
    $env:PGSERVICEFILE = $serviceFile
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'Tab' {
    It 'completes <Command> -<Parameter>' -ForEach $cases {
        $expected.ContainsKey($Completer) | Should -BeTrue -Because 'each completer is known here'
        $want = @($expected[$Completer])
        if ($Parameter -eq 'Id') {
            $want = @(foreach ($name in $want) { "$((Get-FlowRun $name).Id)" })
            $found = Get-Completion "$Command -Id "
        }
        else {
            if ($Command -like 'Restart-*' -and $Completer -eq 'StoredRunCompleter') { $want = 'tab-run-1', 'tab-run-2', 'tab-run-3' }
            $found = Get-Completion "$Command -$Parameter $($words[$Completer] ?? 'tab')"
        }

        if ($Command -like 'Restart-*' -and $Parameter -eq 'Id') { $want = @((Get-FlowRun tab-run-*).Id | ForEach-Object { "$_" }) }
        $found.CompletionText | Sort-Object | Should -Be @($want | Sort-Object)
        $found.ToolTip | Should -Match '\S'
    }

    It 'completes the words of <Command> -<Parameter>' -ForEach $enums {
        (Get-Completion "$Command -$Parameter ").CompletionText | Sort-Object | Should -Be @($Words | Sort-Object)
    }
}
