# Scripts that set strict mode for the session get no error from the module, whatever they call.
BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
}

AfterAll {
    $env:FLOW_HOME = $before
    Get-Flow | Remove-Flow
    Get-FlowLimit | Remove-FlowLimit
}

Describe 'Set-StrictMode -Version Latest' {
    It 'allows <Name>' -ForEach @(
        @{ Name = 'a flow with subflows and tasks'; Script = { $state = New-Flow all { 1..3 | Start-Subflow { Invoke-FlowTask { $_ * 2 } -InputObject $_ } -Parallel -KeepOrder | Receive-FlowResult } | Invoke-Flow; $state.Result -join "," }; Output = '2,4,6' }
        @{ Name = 'what was caught'; Script = { try { $null = Invoke-Flow { throw "x" } -ErrorAction Stop } catch { "$_ $($_.Exception.FlowName) $($_.Exception.FlowRun.Name.Length -gt 0)" } }; Output = 'x scriptblock True' }
        @{ Name = 'hooks, retries and limits'; Script = { $null = New-FlowLimit one -MaxConcurrency 1; $n = @(0); (New-Flow again { $n[0]++; if ($n[0] -lt 2) { throw "x" }; "ok" } -Retry 2 -Limit one -OnCompletion { $n[0] += 10 } | Invoke-Flow).Result; $n[0] }; Output = "ok`n12" }
        @{ Name = 'jobs'; Script = { (Invoke-Flow { 5 } -AsJob | Wait-Job | Receive-Job).Result }; Output = '5' }
        @{ Name = 'all views'; Script = { $s = @(Invoke-Flow { 1 }); ($s + $s.Run + @(Get-FlowRun) + @(Get-FlowLog) + @(Get-FlowHistory) + @(New-Flow v { }) + @(New-FlowSchedule -Daily -At 3am) | ForEach-Object { $_ | Out-String; $_ | Format-List | Out-String }) -match "#ERR|cannot be found" | Measure-Object | ForEach-Object Count }; Output = '0' }
        @{ Name = 'completion'; Script = { $null = New-Flow backup { param([ValidateSet("a", "b")] $Mode) }; (TabExpansion2 "Invoke-Flow backup -Mode " 25).CompletionMatches.CompletionText -join ","; (TabExpansion2 "Get-FlowRun -State Comp" 23).CompletionMatches.CompletionText }; Output = "a,b`nCompleted" }
        @{ Name = 'the history'; Script = { $null = New-Flow h { 1 } -RunName strictly | Invoke-Flow; (Get-FlowRun strictly).State.Name; (Get-FlowLog strictly).Count -gt 0; Export-FlowRun strictly -Path (Join-Path $TestDrive strict.json) -Force; Remove-FlowRun strictly -Confirm:$false; @(Get-FlowRun strictly -ErrorAction Ignore).Count }; Output = "Completed`nTrue`n0" }
    ) {
        $Error.Clear()
        Set-StrictMode -Version Latest
        (& $Script) -join "`n" | Should -Be $Output
        $Error.ForEach{ "$_" }.Where{ $_ -ne 'x' } | Should -BeNullOrEmpty
    }
}
