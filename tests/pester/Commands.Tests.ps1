# flow is PowerShell: what pwsh brings is there in a script, in its workers and in the processes of its subflows.
BeforeDiscovery {
    # These come with pwsh's installation, not with the packages that programs are built on.
    $missing = @(
        @{ Module = 'Microsoft.PowerShell.ThreadJob'; Because = 'Start-Subflow -AsJob and Start-FlowTask are what it is for' }
        @{ Module = 'Microsoft.PowerShell.Archive'; Because = 'it is a module of the gallery' }
        @{ Module = 'Microsoft.PowerShell.PSResourceGet'; Because = 'flow runs what is installed, and installs nothing' }
        @{ Module = 'PSReadLine'; Because = 'flow has no prompt' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
    $flow = $env:FLOW_DLL ? $env:FLOW_DLL : (Convert-Path "$PSScriptRoot/../../src/FlowHost/bin/Debug/net10.0/flow.dll")

    function Invoke-FlowScript([string] $Script, [hashtable] $Environment = @{}) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content -LiteralPath $path $Script
        Invoke-Process 'dotnet', $flow, 'run', $path $Environment
    }

    # What this pwsh has is the measure.
    $modules = 'Microsoft.PowerShell.Core', 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management', 'Microsoft.PowerShell.Security', 'Microsoft.PowerShell.Host', 'Microsoft.PowerShell.Diagnostics'
    function Get-Name { Get-Command -Module $modules | ForEach-Object { "$($_.ModuleName)\$($_.Name)" } }
    $names = @(Get-Name)
    $aliases = @(Get-Alias | Where-Object { -not $_.Source } | ForEach-Object { "$($_.Name)=$($_.Definition)" })
    $everywhere = Invoke-FlowScript (@'
$InformationPreference = 'Ignore'
$modules = '{0}' -split ','
function Get-Name { Get-Command -Module $modules | ForEach-Object { "$($_.ModuleName)\$($_.Name)" } }
[ordered]@{
    aliases = @(Get-Alias | ForEach-Object { "$($_.Name)=$($_.Definition)" })
    script  = @(Get-Name)
    flow    = (Invoke-Flow { Get-Name }).Result
    worker  = (1 | Start-Subflow { Get-Name } -Parallel).Result
    fresh   = (1 | Start-Subflow { Get-Name } -Isolation NewRunspace).Result
    process = (1 | Start-Subflow { Get-Name } -Isolation Process).Result
} | ConvertTo-Json
'@.Replace('{0}', $modules -join ','))
    $found = $everywhere.Text | ConvertFrom-Json

    $list = '(Get-Module -ListAvailable).Name; '
    $alone = Invoke-FlowScript $list @{ PSModulePath = $TestDrive }
    $beside = Invoke-FlowScript "$list (Start-ThreadJob { 'in a script' } | Receive-Job -Wait); 1 | Start-Subflow { Start-ThreadJob { 'in a worker' } | Receive-Job -Wait } -Parallel -InformationAction Ignore | Receive-FlowResult" @{ PSModulePath = Join-Path $PSHOME 'Modules' }
}

AfterAll { $env:FLOW_HOME = $before }

Describe 'The commands of pwsh' {
    It 'are all in a <_>' -ForEach 'script', 'flow', 'worker', 'fresh', 'process' {
        $everywhere.Errors | Should -BeNullOrEmpty
        $names.Count | Should -BeGreaterThan 200
        $names | Should -BeIn $found.$_
    }

    It 'have their aliases' {
        $aliases.Count | Should -BeGreaterThan 50
        $aliases | Should -BeIn $found.aliases
    }

    It 'do what they do: <Name>' -ForEach @(
        @{ Name = 'Utility'; Script = '"b,a", "2,1" | ConvertFrom-Csv | Select-Object a, b | ConvertTo-Json -Compress; (1..3 | Measure-Object -Sum).Sum; "x" | ForEach-Object -Parallel { "$_ y" }'; Output = '{"a":"1","b":"2"}', '6', 'x y' }
        @{ Name = 'Management'; Script = 'Set-Content (Join-Path $PSScriptRoot a.txt) x; (Get-Item (Join-Path $PSScriptRoot a.txt)).Name; Get-Content (Join-Path $PSScriptRoot a.txt); (Get-Process -Id $PID).Id -eq $PID'; Output = 'a.txt', 'x', 'True' }
        @{ Name = 'Security'; Script = 'ConvertTo-SecureString x -AsPlainText -Force | ConvertFrom-SecureString -AsPlainText; "$(Get-ExecutionPolicy)" -match "\w"'; Output = 'x', 'True' }
        @{ Name = 'Core'; Script = '$m = New-Module { function Get-It { 6 } } | Import-Module -PassThru; Get-It; @(Get-PSDrive -PSProvider Environment).Count'; Output = '6', '1' }
    ) {
        $do = Invoke-FlowScript $Script
        $do.Errors | Should -BeNullOrEmpty
        $do.Output | Should -Be $Output
    }
}

Describe 'What comes with the installation of pwsh, and not with flow' {
    It '<Module> (<Because>) is found where PSModulePath says' -ForEach $missing {
        $alone.Output | Should -Not -Contain $Module
        $beside.Output | Should -Contain $Module
    }

    It 'loads by itself, in a script and in workers' {
        $beside.Errors | Should -BeNullOrEmpty
        $beside.Output[-2, -1] | Should -Be 'in a script', 'in a worker'
    }

    It 'Start-Job, which starts the pwsh beside it, says so' {
        (Invoke-FlowScript 'Start-Job { 5 }').Errors | Should -Match 'pwsh executable cannot be found'
    }
}
