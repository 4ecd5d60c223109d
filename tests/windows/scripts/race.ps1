# The first of three wins; the others are cancelled at once, and their finally blocks run.
$flow = New-Flow ask {
    param([int] $Seconds)
    try { Start-Sleep $Seconds; "after $Seconds" } finally { Set-Content "$Seconds.over" x }
}
$won = 600, 0, 601 | ForEach-Object { @{ Seconds = $_ } } | Start-Subflow $flow -Parallel -ThrottleLimit 3 -First 1 -InformationAction Ignore | Receive-FlowResult
Assert-Equal 'after 0' $won 'the winner'
foreach ($other in 600, 601) {
    if (Get-FlowRun -Kind Flow | Where-Object { $_.Parameters.Seconds -eq $other -and $_.StartTime }) { Wait-Until { Test-Path "$other.over" } "finally block of $other" }
}
Assert-Equal 'Cancelled Cancelled Completed' "$(Get-FlowRun -Kind Flow | ForEach-Object { "$($_.State)" } | Sort-Object)" 'states'
