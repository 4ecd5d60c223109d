# The health endpoint answers on localhost, which any user may listen on here.
$null = New-Item -ItemType Directory flows
Set-Content flows\daily.ps1 '#FlowSchedule -Daily -At 03:00', '"ran"'
$probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$probe.Start()
$port = $probe.LocalEndpoint.Port
$probe.Stop()
$served = Start-FlowProcess 'serve', 'flows', '-HealthPort', "$port"
try {
    $answer = $null
    Wait-Until {
        try { $script:answer = Invoke-WebRequest "http://localhost:$port/health" -TimeoutSec 20 -SkipHttpErrorCheck } catch { }
        $script:answer -or $served.Process.HasExited
    } 'it answers'
    Assert-Equal 200 $answer.StatusCode 'the answer'
    Assert-Equal ok ($answer.Content | ConvertFrom-Json).status 'the status'
}
finally {
    $served.Process.Kill()
    $end = Wait-FlowProcess $served
    Write-Host $end.Output $end.Errors
}
