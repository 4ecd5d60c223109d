using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Processes that cannot be started because there can be no pipe to them: where it would be, its path is too long.</summary>
public sealed class ProcessLinkTests
{
    [UnixFact]
    public void A_worker_fails_with_the_reason_and_nothing_is_left() => Check(
        "Start-Subflow { 'x' } -Isolation Process -ErrorAction Ignore | ForEach-Object { \"$($_.Name) $($_.Message)\" }",
        "Crashed A worker process cannot be started: ");

    [UnixFact]
    public void A_scheduled_script_fails_with_the_reason_and_nothing_is_left() => Check(
        """
        Set-Content "$PSScriptRoot/tick.ps1" "'x'"
        $null = Register-FlowSchedule "$PSScriptRoot/tick.ps1" (New-FlowSchedule -Daily -At 03:00) -Using Scheduler
        Invoke-FlowSchedule tick | ForEach-Object { "$($_.State) $($_.Message)" }
        """,
        "Failed Its process cannot be started: ");

    private static void Check(string start, string failure)
    {
        using var folder = new ScriptFolder();
        FlowResult result = FlowProcess.Invoke(
            ["run", folder.Add($$"""
                $InformationPreference = 'Ignore'
                $temp = [System.IO.Directory]::CreateDirectory("$PSScriptRoot/$('t' * 120)").FullName
                $env:TMPDIR = $temp
                {{start}}
                "left: $([System.IO.Directory]::GetFileSystemEntries($temp, 'flow-*'))"
                """)],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_HOME"] = folder.PathOf("home") });

        Assert.Equal(string.Empty, result.Error);
        Assert.StartsWith(failure, result.Output, StringComparison.Ordinal);
        Assert.Equal("left: ", result.Lines[^1]);
    }
}
