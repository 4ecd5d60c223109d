# Import, removal and the places that a module is imported in. Each in a session of its own: this one keeps its own module.
BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $root = Convert-Path "$PSScriptRoot/../.."
    $manifest = Join-Path $root 'FlowModule.psd1'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
}

AfterAll { $env:FLOW_HOME = $before }

Describe 'Import-Module' {
    It 'brings the cmdlets of the manifest and nothing else, in silence' {
        $run = Invoke-Shell -NoImport "`$m = Import-Module '$manifest' -PassThru -Verbose:`$false *>&1; `$m.Count; `$m.ExportedCommands.Count; `$m.ExportedCmdlets.Count; `$Error.Count; @(Get-Variable Flow*).Count"
        $expected = @((Import-PowerShellDataFile $manifest).CmdletsToExport).Count
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '1', "$expected", "$expected", '0', '0'
    }

    It 'works again, with -Force and after Remove-Module' {
        $run = Invoke-Shell "Import-Module '$manifest'; Import-Module '$manifest' -Force; Remove-Module FlowModule; Import-Module '$manifest'; (Invoke-Flow { 5 } -InformationAction Ignore).Result; `$Error.Count; (Invoke-Flow { throw 'x' } -ErrorAction Ignore -InformationAction Ignore | Out-String) -match 'Failed'"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '5', '0', 'True'
    }

    It 'takes -Prefix, which workers know too' {
        $run = Invoke-Shell -NoImport "Import-Module '$manifest' -Prefix My; `$InformationPreference = 'Ignore'
            (Invoke-MyFlow { Invoke-MyFlowTask { 5 } }).Result
            1 | Start-MySubflow { Invoke-MyFlowTask { 6 } } -Parallel | Receive-MyFlowResult
            1 | Start-MySubflow { Invoke-MyFlowTask { 7 } } -Isolation Process | Receive-MyFlowResult
            @(Get-Command Invoke-Flow -ErrorAction Ignore -ListImported).Count"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '5', '6', '7', '0'
    }

    It 'happens by itself when the module lies where PowerShell looks' {
        $modules = Join-Path $TestDrive 'modules'
        $null = New-Item -ItemType Directory "$modules/FlowModule"
        Copy-Item $manifest, "$root/FlowModule.*.ps1xml", "$root/bin", "$root/en-US" "$modules/FlowModule" -Recurse
        $run = Invoke-Shell -NoImport -Environment @{ PSModulePath = $modules } '(Invoke-Flow { 7 } -InformationAction Ignore).Result; (Get-Module FlowModule).ModuleBase; (1..2 | Start-Subflow { Invoke-FlowTask { 8 } } -Parallel -InformationAction Ignore | Receive-FlowResult) -join ","; (Get-Help about_FlowModule) -match "SHORT DESCRIPTION"'
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '7', (Join-Path $modules 'FlowModule'), '8,8', 'True'
    }

    It 'says which file of the module is missing' {
        $modules = Join-Path $TestDrive 'broken'
        $null = New-Item -ItemType Directory "$modules/FlowModule"
        Copy-Item $manifest, "$root/FlowModule.*.ps1xml", "$root/bin" "$modules/FlowModule" -Recurse
        Remove-Item "$modules/FlowModule/bin/sqlite/FlowModule.Sqlite.dll"
        $run = Invoke-Shell -NoImport "Import-Module '$modules/FlowModule'; (Invoke-Flow { 7 } -InformationAction Ignore -WarningVariable told -WarningAction SilentlyContinue).Result; `$told.Count; `$told[0].Message"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output[0..1] | Should -Be '7', '1'
        $run.Output[2] | Should -BeLike "*file '$(Join-Path $modules FlowModule bin sqlite FlowModule.Sqlite.dll)' is missing*"
    }

    It 'is what using module does' {
        $run = Invoke-Shell -NoImport "using module '$manifest'`n[FlowModule.Flow].Name; [FlowModule.FlowState]`$state = Invoke-Flow { 9 } -InformationAction Ignore; `$state.Result"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be 'Flow', '9'
    }

    It 'works in <Name>' -ForEach @(
        @{ Name = 'ForEach-Object -Parallel'; Script = '1..2 | ForEach-Object -Parallel { Import-Module $using:path; (Invoke-Flow { 11 } -InformationAction Ignore).Result }'; Result = '11', '11' }
        @{ Name = 'Start-ThreadJob'; Script = 'Start-ThreadJob { Import-Module $using:path; (Invoke-Flow { 12 } -InformationAction Ignore).Result } | Receive-Job -Wait'; Result = , '12' }
        @{ Name = 'ForEach-Object -Parallel, with $using: in the flow'; Script = '$v = 21; 1..2 | ForEach-Object -Parallel { Import-Module $using:path; (Invoke-Flow { $using:v + 1 } -InformationAction Ignore).Result; (Start-Subflow { $using:v } -Parallel -InformationAction Ignore).Result } | Sort-Object'; Result = '21', '21', '22', '22' }
        @{ Name = 'Start-ThreadJob, with $using: in the flow'; Script = '$v = 23; Start-ThreadJob { Import-Module $using:path; (Invoke-Flow { $using:v } -InformationAction Ignore).Result } | Receive-Job -Wait'; Result = , '23' }
        @{ Name = 'Start-Job'; Script = 'Start-Job { Import-Module $using:path; (1..2 | Start-Subflow { $_ } -Parallel -InformationAction Ignore).Count } | Receive-Job -Wait'; Result = , '2' }
        @{ Name = 'a runspace of another thread'; Script = '$shell = [powershell]::Create(); $shell.AddScript("Import-Module $path; (Invoke-Flow { 14 } -InformationAction Ignore).Result").Invoke(); $shell.Streams.Error; $shell.Dispose()'; Result = , '14' }
    ) {
        $run = Invoke-Shell -NoImport "`$path = '$manifest'; $Script"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be $Result
    }
}

Describe 'Remove-Module' {
    It 'takes the commands and keeps what runs' {
        $run = Invoke-Shell "`$go = [Threading.ManualResetEventSlim]::new(); `$job = Invoke-Flow { `$null = `$go.Wait(600000); 'done' } -AsJob -InformationAction Ignore
            Remove-Module FlowModule
            @(Get-Command -Module FlowModule).Count; `$job.State; `$go.Set()
            `$job | Wait-Job -Timeout 600 | ForEach-Object State; (`$job | Receive-Job).Result; `$Error.Count"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '0', 'Running', 'Completed', 'done', '0'
    }

    It 'leaves states that still show themselves' {
        $run = Invoke-Shell '$state = New-Flow kept { 5 } -RunName kept-run | Invoke-Flow -InformationAction Ignore; Remove-Module FlowModule; $state.Result; "$($state.Name) $($state.Run.Name)"; $state | Format-List | Out-String'
        $run.Errors | Should -BeNullOrEmpty
        $run.Output[0..1] | Should -Be '5', 'Completed kept-run'
        $run.Text | Should -Match 'Completed'
    }

    It 'lets the process end, also with workers and tasks that were used' {
        $run = Invoke-Shell '1..4 | Start-Subflow { $_ } -Parallel -InformationAction Ignore | Out-Null; Start-FlowTask { 1 } -InformationAction Ignore | Receive-FlowTask; Remove-Module FlowModule; exit 4'
        $run.Output | Should -Be '1'
        $run.ExitCode | Should -Be 4
    }
}
