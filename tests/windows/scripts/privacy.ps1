# Whose a history is: by its access control list, which is the user's alone where the module makes a folder, and by which what others can write is refused.
$null = New-Flow mine { 1 } | Invoke-Flow -HistoryPath made\deeper\history.db -RequireHistory
Assert-Equal 'mine' (Get-FlowRun -HistoryPath made\deeper\history.db).FlowName 'a history in a folder that is made'

$everyone = [Security.Principal.SecurityIdentifier]::new('S-1-1-0')
foreach ($folder in 'made', 'made\deeper') {
    $allowed = (Get-Acl $folder).GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]) | Where-Object AccessControlType -eq Allow
    $others = $allowed | Where-Object { $_.IdentityReference -eq $everyone -and $_.FileSystemRights -band ([Security.AccessControl.FileSystemRights] 'WriteData, AppendData, Delete') }
    Assert (-not $others) "nobody else writes to '$folder': $($allowed | ForEach-Object { "$($_.IdentityReference) $($_.FileSystemRights)" })"
}

function Open-ToAll([string] $Path) {
    $acl = Get-Acl $Path
    $acl.AddAccessRule([Security.AccessControl.FileSystemAccessRule]::new($everyone, 'Modify', 'Allow'))
    Set-Acl $Path $acl
}

$record = 'Set-StrictMode -Off; New-Flow again { "ran" } | Invoke-Flow | Receive-FlowResult'
$home1 = @{ FLOW_HOME = "$here\made\deeper" }
$good = Invoke-FlowProcess 'command', $record $home1
Assert ($good.ExitCode -eq 0 -and "$($good.Output)$($good.Errors)" -notmatch 'Other users') "what is the user's is used: $($good.Output) $($good.Errors)"

Open-ToAll made\deeper
$refused = Invoke-FlowProcess 'command', $record $home1
Assert-Equal 0 $refused.ExitCode 'runs go on without a history'
Assert ($refused.Output -match 'Other users can write to the folder' -and $refused.Lines -contains 'ran') "what others can write is refused: $($refused.Output)"
$shared = Invoke-FlowProcess 'command', $record ($home1 + @{ FLOW_SHARED_FOLDERS = "$here\made" })
Assert ("$($shared.Output)$($shared.Errors)" -notmatch 'Other users') "what is shared on purpose is used: $($shared.Output)"

$null = New-Item -ItemType Directory served
Set-Content served\a.ps1 '#FlowSchedule -Every 00:00:01'
Open-ToAll served
$served = Invoke-FlowProcess 'serve', 'served'
Assert-Equal 2 $served.ExitCode 'a folder of scripts that others can write is refused'
Assert ($served.Errors -match 'Other users can write to the folder') "and said so: $($served.Errors)"
