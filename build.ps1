#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests, shows and packs the module.

.DESCRIPTION
For people who have PowerShell. All of it can be done with the .NET SDK alone; each task says what it runs.

.EXAMPLE
./build.ps1

.EXAMPLE
./build.ps1 -Task Build, Test

.EXAMPLE
./build.ps1 -Task Package
#>
[CmdletBinding()]
param(
    # Build: the solution, with its help. Test: all tests, and those for Pester where it is found. Demo: the first example.
    # Bench: the benchmarks. Package: the module as a folder and as a package, in artifacts.
    [ValidateSet('Build', 'Test', 'Demo', 'Bench', 'Package')]
    [string[]] $Task = @('Build'),

    # Bench and Package build Release unless this is given.
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$usual = $Configuration ? $Configuration : 'Debug'
$optimized = $Configuration ? $Configuration : 'Release'

function Invoke-DotNet {
    Write-Host "dotnet $args" -ForegroundColor Cyan
    dotnet @args
}

function Invoke-PesterTest {
    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE 5.0)) {
        Write-Host 'Pester 5 was not found: the tests in tests/pester did not run. Install-PSResource Pester brings it.' -ForegroundColor Yellow
        return
    }

    # In a process of its own: this one cannot unload the module, and could not build it again.
    Write-Host 'Invoke-Pester tests/pester' -ForegroundColor Cyan
    $pwsh = (Get-Process -Id $PID).Path
    & $pwsh -NoProfile -NonInteractive -Command @'
        Import-Module Pester -MinimumVersion 5.0
        $result = Invoke-Pester -Path ./tests/pester -PassThru
        exit [int] ($result.Result -ne 'Passed')
'@
}

Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        switch ($name) {
            'Build' { Invoke-DotNet build FlowModule.sln -c $usual --nologo }
            'Test' {
                Invoke-DotNet test FlowModule.sln -c $usual --nologo
                Invoke-PesterTest
            }
            'Demo' { Invoke-DotNet run --project src/FlowHost -c $usual -- run examples/parallel-subflows.ps1 }
            'Bench' { Invoke-DotNet run --project benchmarks -c $optimized }
            'Package' { Invoke-DotNet build build/Package.proj -t:Package -c $optimized --nologo }
        }
    }
}
finally {
    Pop-Location
}
