# Four subflows, gathered by their parent: the parent takes as long as the slowest of them.
$subflows = 1..4 | ForEach-Object {
    New-Flow "subflow-$_" {
        Write-Host "$($FlowRun.FlowName) started!"
        Start-Sleep -Seconds 1
    }
}

New-Flow main-flow { $subflows | Start-Subflow -Parallel -ThrottleLimit 4 } | Invoke-Flow
