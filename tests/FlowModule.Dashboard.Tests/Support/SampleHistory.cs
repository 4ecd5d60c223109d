namespace FlowModule.Dashboard.Tests.Support;

/// <summary>A realistic history, with hostile names and logs.</summary>
internal static class SampleHistory
{
    internal const string Hostile = "<img src=x onerror=alert(1)>\"'&";

    /// <summary>Runs flows that complete, fail, retry, contain others, and write text that a page must not interpret.</summary>
    internal static void Write(string home) => FlowProgram.RunScript(home, """
        $ErrorActionPreference = 'Continue'
        New-Flow nightly-import -Tag prod, etl {
            param(
                [Parameter(Mandatory, HelpMessage = 'The day to import.')] [string] $Day,
                [ValidateSet('fast', 'careful')] [string] $Mode = 'careful',
                [ValidateRange(1, 9)] [int] $Tries = 3,
                [switch] $Force,
                [string[]] $Regions
            )
            Write-Verbose "Importing $Day" -Verbose
            $states = 'north', 'south', 'east' | Start-Subflow { param($Region) Write-Host "region $_"; Invoke-FlowTask { 1..3 } | Out-Null; $_ } -Parallel -KeepOrder
            Write-Warning 'two rows were left out'
            [pscustomobject]@{ Day = $Day; Rows = 1204; Regions = 'north', 'south', 'east' }
        } | Out-Null
        Invoke-Flow nightly-import -Parameters @{ Day = '2026-03-02'; Regions = 'north', 'south' } | Out-Null
        Invoke-Flow nightly-import -Parameters @{ Day = '2026-03-03'; Mode = 'fast' } | Out-Null
        Invoke-Flow (New-Flow broken { param($Name) Write-Error 'a first sign'; throw "The file '$Name' is empty." }) -Parameters @{ Name = 'sales.csv' } -ErrorAction SilentlyContinue
        Invoke-Flow (New-Flow '<img src=x onerror=alert(1)>"''&' -Tag '<b>tag</b>' {
            Write-Host "<script>alert('log')</script> $([char]27)[31mred$([char]27)[0m $([char]7) `u{202e}backwards"
            Write-Warning '</p></div><h1>not a heading</h1>'
            throw '<svg onload=alert(2)>'
        }) -ErrorAction SilentlyContinue
        New-FlowLimit database -MaxConcurrency 2 | Out-Null
        """);
}
