# Tasks: retries with a delay, a cached result that a second run takes, mapped tasks, a handle as a dependency.
$job = New-Flow job {
    $tried = Invoke-FlowTask flaky -Retry 3 -RetryDelaySeconds 0.1 {
        Add-Content tries x
        if (@(Get-Content tries).Count -lt 3) { throw 'not yet' }
        @(Get-Content tries).Count
    }
    $cached = Invoke-FlowTask costly -CacheKey costly { Add-Content computed x; 42 }
    $squares = 1..4 | Invoke-FlowTask square -Parallel { $_ * $_ }
    $first = Start-FlowTask first { 20 }
    $second = Start-FlowTask second -DependsOn $first { 'after' }
    "$tried $cached $squares $($second | Receive-FlowTask) $($first | Receive-FlowTask)"
}
$results = 1..2 | ForEach-Object { Invoke-Flow $job -InformationAction Ignore | Receive-FlowResult }
Assert-Equal '3 42 1 4 9 16 after 20' $results[0] 'the first run'
Assert-Equal 1 @(Get-Content computed).Count 'computations of what is cached'
Assert-Equal '4 42 1 4 9 16 after 20' $results[1] 'the second run'
$again = Invoke-FlowProcess 'command', 'New-Flow other { Invoke-FlowTask costly -CacheKey costly { 43 } } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult'
Assert-Equal 42 $again.Lines[-1] "another process's result"
