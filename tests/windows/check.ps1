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

# Starts flow with some arguments. What it writes goes to the script's own files as it comes, where the driver looks for the end of a CLR.
function Start-FlowProcess([string[]] $ArgumentList, [hashtable] $Environment = @{}, [string] $Folder = $here) {
    $start = [Diagnostics.ProcessStartInfo]::new($flow)
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.WorkingDirectory = $Folder
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $ArgumentList | ForEach-Object { $start.ArgumentList.Add($_) }
    $Environment.GetEnumerator() | ForEach-Object { $start.Environment[$_.Key] = $_.Value }
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $files = "$here\process-$($process.Id).out", "$here\process-$($process.Id).err"
    $copies = 0, 1 | ForEach-Object {
        # Unbuffered: what has come is in the file.
        $file = [IO.FileStream]::new($files[$_], 'Create', 'Write', 'ReadWrite', 0)
        ($process.StandardOutput, $process.StandardError)[$_].BaseStream.CopyToAsync($file)
    }
    [pscustomobject] @{ Process = $process; Files = $files; Copies = [Threading.Tasks.Task[]] $copies }
}

function Wait-FlowProcess($Started, [int] $Seconds = 120) {
    $process = $Started.Process
    if (-not $process.WaitForExit($Seconds * 1000)) {
        $process.Kill()
        $process.WaitForExit()
        Write-Host "Process $($process.Id) did not end within $Seconds seconds."
    }

    # What it has started has its handles too, and may outlive it.
    if (-not [Threading.Tasks.Task]::WaitAll($Started.Copies, 30000)) {
        Write-Host "What process $($process.Id) has started did not end within 30 seconds of it."
    }

    $output, $errors = $Started.Files | ForEach-Object {
        $file = [IO.FileStream]::new($_, 'Open', 'Read', 'ReadWrite')
        $reader = [IO.StreamReader]::new($file)
        $reader.ReadToEnd()
        $reader.Dispose()
    }
    if ($errors -match '0x80131506') { throw "Process $($process.Id) died: Internal CLR error. (0x80131506)" }
    [pscustomobject] @{ ExitCode = $process.ExitCode; Output = $output; Lines = @($output -split "`r?`n" | Where-Object { $_ }); Errors = $errors }
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
