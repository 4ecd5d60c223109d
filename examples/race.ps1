# Asks several mirrors at once and takes the first answer: one of them is slow, one is down. The rest is cancelled.
param([int] $TimeoutSeconds = 10)

$mirrors = @(
    @{ Mirror = 'slow.example'; Delay = 5000 }
    @{ Mirror = 'down.example'; Delay = 20; Down = $true }
    @{ Mirror = 'near.example'; Delay = 200 }
)

$ask = New-Flow ask-mirror -RunName 'ask-{Mirror}' -TimeoutSeconds $TimeoutSeconds {
    param([string] $Mirror, [int] $Delay, [switch] $Down)

    # Stands for a download.
    Start-Sleep -Milliseconds $Delay
    if ($Down) {
        throw "$Mirror does not answer."
    }

    [pscustomobject] @{ Mirror = $Mirror; Milliseconds = $Delay }
}

$race = New-Flow race {
    $mirrors | Start-Subflow $ask -Parallel -ThrottleLimit $mirrors.Count -First 1
}

Invoke-Flow $race | Receive-FlowResult
