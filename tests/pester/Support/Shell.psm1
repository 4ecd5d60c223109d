# Other shells for tests: a pwsh like this one with its output, and one in a terminal, at whose keyboard the test sits.

# As a .NET tool pwsh is dotnet with an assembly, else a program. The one is before all arguments, the other not there.
$script:program = [Environment]::ProcessPath
$script:before = if ([System.IO.Path]::GetFileNameWithoutExtension($script:program) -eq 'dotnet') { , (Join-Path $PSHOME 'pwsh.dll') } else { @() }
$script:manifest = Convert-Path "$PSScriptRoot/../../../FlowModule.psd1"
$script:limit = [timespan]::FromMinutes(3)

function Get-ShellCommand {
    param([string[]] $ArgumentList)
    @($script:program) + $script:before + '-NoLogo' + '-NoProfile' + $ArgumentList
}

function Invoke-Process {
    # Runs a program to its end, and gives its exit code, the lines of its output and what it wrote to stderr.
    param([string[]] $Command, [hashtable] $Environment = @{})
    $start = [System.Diagnostics.ProcessStartInfo]::new($Command[0], [string[]] @($Command | Select-Object -Skip 1))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.WorkingDirectory = (Get-Location -PSProvider FileSystem).ProviderPath
    foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
    $process = [System.Diagnostics.Process]::Start($start)
    try {
        $process.StandardInput.Close()
        $errors = $process.StandardError.ReadToEndAsync()
        $output = $process.StandardOutput.ReadToEndAsync()
        if (-not $process.WaitForExit($script:limit)) { throw "The process did not end: $Command" }
        [pscustomobject]@{
            ExitCode = $process.ExitCode
            Output   = @($output.Result.TrimEnd() -split '\r?\n')
            Text     = $output.Result
            Errors   = $errors.Result.Trim()
        }
    }
    finally {
        if (-not $process.HasExited) { $process.Kill($true) }
        $process.Dispose()
    }
}

function Invoke-Shell {
    # Runs a script, or a command with -Command, in a pwsh of its own, with the module imported unless told otherwise.
    param([string] $Script, [switch] $Command, [switch] $NoImport, [hashtable] $Environment = @{})
    $text = $NoImport ? $Script : "Import-Module '$script:manifest'; $Script"
    if ($Command) { return Invoke-Process (Get-ShellCommand -ArgumentList '-NonInteractive', '-Command', $text) $Environment }
    $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
    Set-Content -LiteralPath $path $text
    Invoke-Process (Get-ShellCommand -ArgumentList '-NonInteractive', '-File', $path) $Environment
}

function Test-Terminal {
    # A terminal comes from util-linux, whose script program is part of every Debian.
    $programs = Get-Command script, stty -CommandType Application -ErrorAction Ignore
    -not $IsWindows -and @($programs.Name | Select-Object -Unique).Count -eq 2 -and "$(& script --version 2>&1)" -match 'util-linux'
}

function Start-Terminal {
    # Starts a program in a terminal of so many columns.
    param([string[]] $Command, [int] $Columns = 80, [hashtable] $Environment = @{})
    $line = ($Command | ForEach-Object { "'" + $_.Replace("'", "'\''") + "'" }) -join ' '
    $start = [System.Diagnostics.ProcessStartInfo]::new('script', [string[]] ('-qefc', "stty cols $Columns rows 50; exec $line", '/dev/null'))
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    $start.StandardInputEncoding = $start.StandardOutputEncoding = [System.Text.UTF8Encoding]::new($false)
    $start.Environment['TERM'] = 'xterm'
    foreach ($name in $Environment.Keys) { $start.Environment[$name] = $Environment[$name] }
    $process = [System.Diagnostics.Process]::Start($start)
    $buffer = [char[]]::new(4096)
    [pscustomobject]@{
        Process = $process
        Buffer  = $buffer
        Read    = $process.StandardOutput.ReadAsync($buffer, 0, $buffer.Length)
        Text    = [System.Text.StringBuilder]::new()
        From    = 0
        Asked   = 0
        Limit   = [DateTime]::UtcNow + $script:limit
    }
}

# Takes what the terminal shows next. False at its end.
function Read-Terminal($Terminal) {
    if (-not $Terminal.Read.Wait([Math]::Max(0, [int] ($Terminal.Limit - [DateTime]::UtcNow).TotalMilliseconds))) {
        throw "The terminal shows nothing more:`n$($Terminal.Text)"
    }

    $count = $Terminal.Read.Result
    if ($count -eq 0) { return $false }
    $null = $Terminal.Text.Append($Terminal.Buffer, 0, $count)
    $Terminal.Read = $Terminal.Process.StandardOutput.ReadAsync($Terminal.Buffer, 0, $Terminal.Buffer.Length)

    # A line editor, and a bar of progress, ask where the cursor is, and wait for the answer to each question. What is read may end within a question, or hold several.
    $asked = [regex]::Matches($Terminal.Text.ToString(), '\e\[6n').Count
    for (; $Terminal.Asked -lt $asked; $Terminal.Asked++) {
        try { Send-Terminal $Terminal "`e[1;1R" } catch [System.IO.IOException] { Write-Debug 'Who has asked has ended.' }
    }

    $true
}

function Wait-Terminal {
    # Waits until the terminal shows a text, after what was waited for before.
    param($Terminal, [string] $Text)
    while (($at = $Terminal.Text.ToString().IndexOf($Text, $Terminal.From, [StringComparison]::Ordinal)) -lt 0) {
        if (-not (Read-Terminal $Terminal)) { throw "The program has ended without '$Text':`n$($Terminal.Text)" }
    }

    $Terminal.From = $at + $Text.Length
}

function Send-Terminal {
    # Types keys. Ctrl+C is "`u{3}": a terminal then forgets what was typed and not read. An answer to a question would be lost, and who has asked would wait for ever;
    # what has read the answer shows something.
    param($Terminal, [string] $Keys)
    while ($Keys.Contains("`u{3}") -and $Terminal.Text.ToString().EndsWith("`e[6n")) { if (-not (Read-Terminal $Terminal)) { break } }
    $Terminal.Process.StandardInput.Write($Keys)
    $Terminal.Process.StandardInput.Flush()
}

function Complete-Terminal {
    # Waits for the end, and gives the exit code and all that was shown: with its colours, and without.
    param($Terminal)
    while (Read-Terminal $Terminal) { }
    if (-not $Terminal.Process.WaitForExit($script:limit)) { throw "The terminal did not end:`n$($Terminal.Text)" }
    $raw = $Terminal.Text.ToString()
    $text = $raw -replace '\e\[[0-9;?]*[a-zA-Z]|\e[=>]', ''
    [pscustomobject]@{ ExitCode = $Terminal.Process.ExitCode; Raw = $raw; Text = $text; Output = @($text.TrimEnd() -split '\r?\n') }
}

function Stop-Terminal {
    # Ends what a test that failed has left.
    param($Terminal)
    if (-not $Terminal) { return }
    if (-not $Terminal.Process.HasExited) { $Terminal.Process.Kill($true) }
    $Terminal.Process.Dispose()
}

Export-ModuleMember -Function Get-ShellCommand, Invoke-Process, Invoke-Shell, Test-Terminal, Start-Terminal, Wait-Terminal, Send-Terminal, Complete-Terminal, Stop-Terminal
