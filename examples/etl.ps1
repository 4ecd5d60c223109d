# Extract, transform, load: the sales of several regions, in CSV and JSON files, become one JSON file in one currency.
#   etl.ps1                                     reads the files beside this script and writes sales.json here
#   etl.ps1 -Path in -Destination out.json      reads the files sales-* and rates.csv of a folder
# A source that cannot be read fails its task, after its retries: it is left out, with a warning, and the result names it. With -Strict
# the flow fails instead, once it has loaded the rest, and the rollback of the load brings back what was there before.
param(
    [string] $Path = (Join-Path $PSScriptRoot 'data'),
    [string] $Destination = 'sales.json',
    [switch] $Strict
)

$extract = {
    param([System.IO.FileInfo] $File)

    if ($File.Extension -eq '.csv') {
        Import-Csv $File.FullName
    }
    else {
        Get-Content $File.FullName -Raw | ConvertFrom-Json
    }
}

# Stands for a call of a service: each rate is asked for once, however many rows, sources and runs want it.
$getRate = {
    param([string] $Currency)

    $rate = Import-Csv (Join-Path $Path 'rates.csv') | Where-Object Currency -eq $Currency
    if (-not $rate) {
        throw "There is no rate for $Currency."
    }

    [decimal] $rate.Euro
}

$transform = {
    $region = $_.Run.InputObject.BaseName -replace '^sales-'
    foreach ($row in $_.Result) {
        $rate = Invoke-FlowTask get-rate $getRate -Parameters @{ Currency = $row.Currency } -CachePolicy Inputs -CacheExpiration '01:00'
        [pscustomobject] @{
            Date    = '{0:yyyy-MM-dd}' -f [datetime] $row.Date
            Region  = $region
            Product = $row.Product
            Euro    = [Math]::Round([int] $row.Quantity * [decimal] $row.Price * $rate, 2)
        }
    }
}

$load = {
    param([object[]] $Rows, [string] $File)

    if (Test-Path $File) {
        Copy-Item $File "$File.before"
    }

    ConvertTo-Json $Rows | Set-Content $File
}

$unload = {
    param($Task, $Run, $State)

    $file = $Run.Parameters['File']
    Remove-Item $file
    if (Test-Path "$file.before") {
        Move-Item "$file.before" $file
    }

    Write-Warning "What was loaded into $file was taken back."
}

$etl = New-Flow etl {
    $states = Get-ChildItem (Join-Path $Path 'sales-*') | Invoke-FlowTask extract $extract -Parallel -ReturnState -TimeoutSeconds 60 `
        -Retry 2 -RetryDelaySeconds 0.2 -RetryBackoff Exponential -RetryJitter 0.2
    $good = @($states | Where-Object IsCompleted)
    $leftOut = @($states | Where-Object { -not $_.IsCompleted })
    foreach ($state in $leftOut) {
        Write-Warning "$($state.Run.InputObject.Name) is left out: $($state.Error)"
    }

    $rows = @($good | Invoke-FlowTask transform $transform -Parallel | Sort-Object Date, Region)
    Invoke-FlowTask load $load -Parameters @{ Rows = $rows; File = $Destination } -OnRollback $unload
    Invoke-FlowTask check {
        if ($Strict -and $leftOut) {
            throw "$($leftOut.Count) of $($states.Count) sources could not be read."
        }
    }

    Remove-Item "$Destination.before" -ErrorAction Ignore
    [pscustomobject] @{ Rows = $rows.Count; Sources = $good.Count; LeftOut = @($leftOut | ForEach-Object { $_.Run.InputObject.Name }); Destination = $Destination }
}

Invoke-Flow $etl | Receive-FlowResult
