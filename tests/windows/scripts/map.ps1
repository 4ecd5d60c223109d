# One flow over lists of parameters; typed parameters; order kept.
$flow = New-Flow add { param([int] $A, [int] $B) $A + $B }
$sums = Start-Subflow $flow -Map @{ A = 1..5 } -Parameters @{ B = 10 } -Parallel -KeepOrder -InformationAction Ignore | Receive-FlowResult
Assert-Equal '11 12 13 14 15' "$sums" 'sums'
$failed = $null
try { Start-Subflow $flow -Map @{ A = 1, 2; B = 1, 2, 3 } -ErrorAction Stop } catch { $failed = $_ }
Assert ($null -ne $failed) 'lists of unequal length are refused'
Assert-Equal 5 @(Get-FlowRun -Kind Flow).Count 'runs: none of what was refused'
