# The exit codes of flow run, as the README has them.
$cases = [ordered] @{
    "New-Flow a { 1 } | Invoke-Flow"                                                          = 0
    "New-Flow a { throw 'no' } | Invoke-Flow"                                                 = 1
    "throw 'no'"                                                                              = 1
    "Invoke-Flow no-such-flow"                                                                = 2
    "if ("                                                                                    = 2
    "New-Flow b { Stop-FlowRun `$FlowRun.Name; Start-Sleep 6000 } | Invoke-Flow"               = 3
    "exit 77"                                                                                 = 77
}
$number = 0
foreach ($pair in @($cases.GetEnumerator() | ForEach-Object { $_ } | Group-Object { [Math]::Floor($script:number++ / 4) })) {
    $started = foreach ($case in $pair.Group) {
        $file = "case-$($case.Value)-$(Get-Random).ps1"
        Set-Content $file $case.Key
        Start-FlowProcess 'run', $file
    }
    $i = 0
    foreach ($one in $started) {
        $end = Wait-FlowProcess $one
        Assert-Equal $pair.Group[$i].Value $end.ExitCode "exit code of: $($pair.Group[$i].Key) ($($end.Errors))"
        $i++
    }
}
Assert-Equal 2 (Invoke-FlowProcess 'run', 'no-such-file.ps1').ExitCode 'exit code of a script that is not there'
