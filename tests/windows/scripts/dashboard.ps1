# The dashboard that a self-contained flow brings along: it shows the runs of this history to those who have the token, and to nobody else.
$null = New-Flow nightly { 1..2 | Start-Subflow { $_ } -Name part } -RunName 'the night' | Invoke-Flow
$ui = Start-FlowProcess 'ui', '--port', '0'

function Read-Said {
    $reader = [IO.StreamReader]::new([IO.FileStream]::new($ui.Files[0], 'Open', 'Read', 'ReadWrite'))
    $reader.ReadToEnd()
    $reader.Dispose()
}

try {
    Wait-Until { $ui.Process.HasExited -or (Read-Said) -match 'http://\S+' } 'it says its address'
    Assert ((Read-Said) -match 'http://\S+') 'it says its address'
    $address = $Matches[0].TrimEnd('.')
    $page = Invoke-WebRequest $address -SessionVariable reader -TimeoutSec 60
    Assert ($page.Content -match 'the night') 'the list has the run'
    $id = (Get-FlowRun 'the night').Id
    $page = Invoke-WebRequest ([uri]::new([uri] $address, "/runs/$id")) -WebSession $reader -TimeoutSec 60
    Assert ($page.Content -match 'nightly') 'the page of the run names its flow'
    $stranger = Invoke-WebRequest ([uri]::new([uri] $address, '/')) -TimeoutSec 60 -SkipHttpErrorCheck
    Assert ($stranger.Content -notmatch 'the night') 'who has no token sees no run'
}
finally {
    $ui.Process.Kill()
    $end = Wait-FlowProcess $ui
    Write-Host $end.Output $end.Errors
}
