# Bodies with processes of their own: values go there and back, nothing of them is left in this one, and what programs write straight to the console is caught.
$there = @{ Number = 7; Text = 'größer €'; Deep = @{ List = 1, 2 } }
function Get-Word { 'function' }
$results = 1..3 | Start-Subflow -Flow {
    $env:CHECK_LEFT = 'left'
    [Console]::Out.WriteLine("direct $_ größer €")
    & $cmd /c "echo from cmd $_"
    [pscustomobject] @{ Id = $PID; Number = $_; Text = $there.Text; Deep = $there.Deep.List[1]; Word = Get-Word; Place = (Get-Location).ProviderPath }
} -Parallel -Isolation Process -KeepOrder -InformationAction Ignore | Receive-FlowResult
$objects = @($results | Where-Object { $_ -isnot [string] })
Assert-Equal '1 2 3' "$($objects.Number)" 'items'
Assert ($PID -notin $objects.Id) 'they have other processes'
Assert-Equal 'größer € 2 function' "$($objects[0].Text) $($objects[0].Deep) $($objects[0].Word)" 'what they took along'
Assert-Equal $here $objects[2].Place 'their location'
Assert ($null -eq $env:CHECK_LEFT) 'their environment is theirs'
Assert-Equal 'from cmd 1,from cmd 2,from cmd 3' "$(@($results | Where-Object { $_ -is [string] }) -join ',')" 'what programs wrote'
foreach ($n in 1..3) { Assert-Equal 1 @(Get-FlowRun | Get-FlowLog | Where-Object Message -ceq "direct $n größer €").Count "lines $n written straight to the console" }
