# What Task Scheduler would start, by the command and the arguments that it was told: what is due runs, with its parameters, and is in the log and the history.
[IO.File]::WriteAllText("$here\nightly job.ps1", @'
param([string] $Greeting)
New-Flow nightly { param($Text) Write-Host "policy $(Get-ExecutionPolicy), $Text"; & "$env:SystemRoot\system32\cmd.exe" /c 'echo from a program' | Write-Host } | Invoke-Flow -Parameters @{ Text = $Greeting }
exit 5
'@)
$xml = [xml] ((Register-FlowSchedule 'nightly job.ps1' (New-FlowSchedule -Cron '* * * * *') -Parameters @{ Greeting = '100% "ü" &' } -Name 'nightly job' -LogPath "$here\nightly.log" -Verbose 4>&1 | Out-String) -replace '(?s)^.*?(?=<\?xml)' -replace 'encoding="UTF-16"')
$start = [Diagnostics.ProcessStartInfo]::new($xml.Task.Actions.Exec.Command, $xml.Task.Actions.Exec.Arguments)
$start.UseShellExecute = $false
$start.WorkingDirectory = "$env:SystemRoot\system32"
$start.RedirectStandardOutput = $start.RedirectStandardError = $true

# It is told of a time each minute, and may be early by seconds: one that is not due yet is none.
$codes = @()
Wait-Until {
    $process = [Diagnostics.Process]::Start($start)
    $errors = $process.StandardError.ReadToEnd()
    $process.WaitForExit()
    if ($errors -match '0x80131506') { throw '0x80131506' }
    $script:codes += $process.ExitCode
    $process.ExitCode -eq 5
} "it has run ($codes)"
$log = Get-Content nightly.log
Assert ($log -match '\| Started') "it has started: $($log -join '|')"
Assert ($log -ccontains 'policy RemoteSigned, 100% "ü" &') "what it wrote: $($log -join '|')"
Assert ($log -ccontains 'from a program') "what its program wrote: $($log -join '|')"
$last = Get-FlowSchedule 'nightly job' -Last 1
Assert-Equal 'Failed 5' "$($last.State) $($last.ExitCode)" 'what became of it'
Assert-Equal Completed "$((Get-FlowRun -Flow nightly).State)" 'its run'
