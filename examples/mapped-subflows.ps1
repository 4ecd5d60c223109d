# One flow for each of several servers and ports, all with the same version: what Prefect 1 wrote as
#   create_flow_run.map(parameters=[...], flow_name=unmapped("deploy"))
# The values that differ from run to run are lists in -Map; the ones that do not are in -Parameters.
param(
    [string[]] $Server = @('alpha', 'beta', 'gamma'),
    [string] $Version = '1.2.0'
)

$deploy = New-Flow deploy -RunName 'deploy-{Server}' {
    param(
        [Parameter(Mandatory)] [string] $Server,
        [Parameter(Mandatory)] [ValidateRange(1, 65535)] [int] $Port,
        [Parameter(Mandatory)] [string] $Version
    )

    Write-Host "Deploying $Version to ${Server}:$Port"
    Start-Sleep -Milliseconds 300
    [pscustomobject] @{ Server = $Server; Port = $Port; Version = $Version }
}

$ports = for ($i = 0; $i -lt $Server.Count; $i++) { 8080 + $i }

$rollout = New-Flow rollout {
    Start-Subflow $deploy -Map @{ Server = $Server; Port = @($ports) } -Parameters @{ Version = $Version } -Parallel -ThrottleLimit 4 -KeepOrder
}

Invoke-Flow $rollout | Receive-FlowResult
