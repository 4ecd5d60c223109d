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
    # Build: the solution, with its help. Test: all tests, those for Pester among them. Demo: the first example.
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

Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        switch ($name) {
            'Build' { Invoke-DotNet build FlowModule.sln -c $usual --nologo }
            'Test' { Invoke-DotNet test FlowModule.sln -c $usual --nologo }
            'Demo' { Invoke-DotNet run --project src/FlowHost -c $usual -- run examples/parallel-subflows.ps1 }
            'Bench' { Invoke-DotNet run --project benchmarks -c $optimized }
            'Package' { Invoke-DotNet build build/Package.proj -t:Package -c $optimized --nologo }
        }
    }
}
finally {
    Pop-Location
}
