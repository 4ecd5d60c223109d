# Names of environment variables differ by more than case here: one that is set anew in other letters is the same, in a worker's process too.
$flow = New-Flow look { "$env:CHECK_WORD|$env:PATH" }
$env:check_word = 'one'
$path = $env:PATH
Assert-Equal "one|$path" (Start-Subflow $flow -Isolation Process -InformationAction Ignore | Receive-FlowResult) 'at first'
Remove-Item Env:check_word
$env:CHECK_WORD = 'two'
$env:PATH = $null
$env:PATH = 'C:\nowhere'
[Environment]::SetEnvironmentVariable('PATH', $null)
[Environment]::SetEnvironmentVariable('Path', "$path;C:\elsewhere")
1..2 | ForEach-Object {
    Assert-Equal "two|$path;C:\elsewhere" (Start-Subflow $flow -Isolation Process -InformationAction Ignore | Receive-FlowResult) "after a change, run $_"
}
