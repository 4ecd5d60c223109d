# A run that waits for an answer gets it from another process.
[IO.File]::WriteAllText("$here\ask.ps1", 'New-Flow ask -RunName release { "answer: $(Wait-FlowInput "Deploy?" -Type ([bool]))" } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult')
$started = Start-FlowProcess 'run', 'ask.ps1'
Wait-Until { $started.Process.HasExited -or (Get-FlowRun release -State Paused -ErrorAction Ignore) } 'it waits'
$null = Resume-FlowRun release -InputObject yes
$end = Wait-FlowProcess $started
Assert-Equal 'answer: True' $end.Lines[-1] "what it said ($($end.Errors))"
