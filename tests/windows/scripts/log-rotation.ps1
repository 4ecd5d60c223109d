# The log of a scheduled flow is renamed when it is large; while somebody reads it, which keeps it from being renamed here, nothing is lost, and later it is.
Set-Content job.ps1 '"line of $PID"'
Register-FlowSchedule job.ps1 (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -LogPath "$here\logs\job.log"
$null = New-Item -ItemType Directory logs
$large = [IO.FileStream]::new("$here\logs\job.log", 'Create')
$large.SetLength(11MB)
$large.Dispose()
function Get-Line([string] $Path) {
    $stream = [IO.FileStream]::new($Path, 'Open', 'Read', 'ReadWrite')
    $null = $stream.Seek([Math]::Max(0, $stream.Length - 4KB), 'Begin')
    $reader = [IO.StreamReader]::new($stream)
    @($reader.ReadToEnd() -split "`r?`n" | Where-Object { $_ -match '^line of \d+$' })
    $reader.Dispose()
}
$reader = [IO.FileStream]::new("$here\logs\job.log", 'Open', 'Read', 'ReadWrite')
Assert-Equal Completed "$((Invoke-FlowSchedule job).State)" 'the first run'
$reader.Dispose()
Assert-Equal 1 @(Get-ChildItem logs -Filter job.log* -File | ForEach-Object { Get-Line $_.FullName }).Count 'lines that were written while it was read'
Assert-Equal Completed "$((Invoke-FlowSchedule job).State)" 'the second run'
Assert-Equal 'job.log job.log.1' "$((Get-ChildItem logs -Filter job.log* | Where-Object Name -notlike *.lock).Name | Sort-Object)" 'files'
Assert ((Get-Item logs\job.log).Length -lt 1MB -and (Get-Item logs\job.log.1).Length -gt 11MB) 'the large one was renamed'
Assert-Equal 2 @(Get-ChildItem logs -Filter job.log* -File | ForEach-Object { Get-Line $_.FullName }).Count 'lines in all'
