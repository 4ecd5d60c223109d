# What is given as a secret is in no log, no message and no history.
$flow = New-Flow secret -Secret Password { param($Password) Write-Host "with $Password"; Write-Warning "$Password!"; throw "not $Password" }
$null = Invoke-Flow $flow -Password 'tops3cret-ü' -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -InformationAction Ignore
$run = Get-FlowRun -Flow secret
$text = "$($run.Message) $($run.Reason) $(($run | Get-FlowLog).Message) $($run.Parameters | Out-String)"
Assert ($text -match 'with \*+') "the log has the line, masked: $text"
Assert ($text -notmatch 'tops3cret') "no secret: $text"
$files = Get-ChildItem home -Recurse -File | Where-Object Name -like 'history.db*'
Assert ($files.Count -gt 0) 'there is a history'
foreach ($file in $files) {
    $stream = [IO.FileStream]::new($file.FullName, 'Open', 'Read', 'ReadWrite, Delete')
    $reader = [IO.StreamReader]::new($stream, [Text.Encoding]::Latin1)
    Assert (-not $reader.ReadToEnd().Contains('tops3cret')) "no secret in $($file.Name)"
    $reader.Dispose()
}
