# Runs one script of the folder scripts in a folder of its own, and says how it went: 0 when all that it asserts is so. It runs inside flow, on Windows or under Wine.
param([string] $Script)

$ErrorActionPreference = 'Stop'
$flow = [Environment]::ProcessPath
$cmd = "$env:SystemRoot\system32\cmd.exe"
$here = (Get-Location).ProviderPath
$repository = (Resolve-Path "$PSScriptRoot\..\..").ProviderPath

function Assert($Condition, [string] $What) {
    if (-not $Condition) { throw "Not so: $What" }
}

function Assert-Equal($Expected, $Actual, [string] $What) {
    $one = "$Expected"
    $other = "$Actual"
    if ($one -cne $other) { throw "$What`: expected '$one', was '$other'" }
}

# What is waited for is the thing that is asserted. The limit is for a machine that is very busy, and is no part of any assertion.
function Wait-Until([scriptblock] $Condition, [string] $What, [int] $Seconds = 120) {
    $end = [datetime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $end) { throw "Not so after $Seconds seconds: $What" }
        Start-Sleep -Milliseconds 200
    }
}

# Starts flow with some arguments. What it writes is kept, beside the script's own files too, where the driver looks for the end of a CLR.
function Start-FlowProcess([string[]] $ArgumentList, [hashtable] $Environment = @{}, [string] $Folder = $here) {
    $start = [Diagnostics.ProcessStartInfo]::new($flow)
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.WorkingDirectory = $Folder
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = $start.StandardErrorEncoding = [Text.Encoding]::UTF8
    $ArgumentList | ForEach-Object { $start.ArgumentList.Add($_) }
    $Environment.GetEnumerator() | ForEach-Object { $start.Environment[$_.Key] = $_.Value }
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    [pscustomobject] @{ Process = $process; Output = $process.StandardOutput.ReadToEndAsync(); Errors = $process.StandardError.ReadToEndAsync() }
}

function Wait-FlowProcess($Started, [int] $Seconds = 120) {
    if (-not $Started.Process.WaitForExit($Seconds * 1000)) {
        $Started.Process.Kill($true)
        $Started.Process.WaitForExit()
        Write-Host "Process $($Started.Process.Id) did not end within $Seconds seconds."
    }

    $output = $Started.Output.Result
    $errors = $Started.Errors.Result
    Set-Content "$here\process-$($Started.Process.Id).out" $output, $errors
    if ($errors -match '0x80131506') { throw "Process $($Started.Process.Id) died: Internal CLR error. (0x80131506)" }
    [pscustomobject] @{ ExitCode = $Started.Process.ExitCode; Output = $output; Lines = @($output -split "`r?`n" | Where-Object { $_ }); Errors = $errors }
}

function Invoke-FlowProcess([string[]] $ArgumentList, [hashtable] $Environment = @{}) {
    Wait-FlowProcess (Start-FlowProcess $ArgumentList $Environment)
}

function Test-Process([int] $Id) {
    $null -ne (Get-Process -Id $Id -ErrorAction Ignore)
}

try {
    . $Script
    [Environment]::Exit(0)
}
catch {
    Write-Host "$_ ($($_.InvocationInfo.ScriptName | Split-Path -Leaf):$($_.InvocationInfo.ScriptLineNumber))"
    Get-FlowRun -ErrorAction Ignore | Where-Object State -ne Completed | ForEach-Object { Write-Host "$($_.Name) $($_.State): $($_.Message)" }
    [Environment]::Exit(1)
}
