# The process of a flow is killed in the middle: the run is Crashed, and resuming it runs what had not completed, and only that.
Set-Content flow.ps1 @'
New-Flow nightly -RunName tonight {
    $a = Invoke-FlowTask first { Add-Content first x; 'a' }
    $b = Invoke-FlowTask second {
        if (-not (Test-Path go)) { Set-Content waiting x; Start-Sleep 6000 }
        'b'
    }
    "$a$b"
} | Invoke-Flow | Receive-FlowResult
'@
$started = Start-FlowProcess 'run', 'flow.ps1'
Wait-Until { (Test-Path waiting) -or $started.Process.HasExited } 'the second task runs'
Wait-Until { Get-FlowRun -Kind Task -Flow first -State Completed } 'the first task is recorded'
$started.Process.Kill()
$null = Wait-FlowProcess $started
Wait-Until { (Get-FlowRun tonight).State -eq 'Crashed' } 'the run is Crashed'
Set-Content go x
Assert-Equal ab (Resume-FlowRun tonight -InformationAction Ignore | Receive-FlowResult) 'the result'
Assert-Equal 1 @(Get-Content first).Count 'runs of the first task'
Assert-Equal Completed "$((Get-FlowRun tonight).State)" 'the state afterwards'
