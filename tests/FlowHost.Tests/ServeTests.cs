using System.Globalization;
using System.Runtime.InteropServices;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Schedulers as real processes: what they run, and how they end.</summary>
public sealed class ServeTests
{
    private const string EachSecond = "#FlowSchedule -Every 00:00:01\n";

    private const string Waiting =
        """
        try { New-Flow wait { Set-Content "$PSScriptRoot/../started" $PID; while (-not (Test-Path "$PSScriptRoot/../go")) { Start-Sleep -Milliseconds 20 } } | Invoke-Flow }
        finally { Add-Content "$PSScriptRoot/../order" 'finally' }
        Add-Content "$PSScriptRoot/../order" 'end'
        """;

    [Fact]
    public void A_folder_of_scripts_is_served_and_what_comes_later_too()
    {
        using ScriptFolder folder = Folder(("one", EachSecond + "New-Item \"$PSScriptRoot/../one-ran\" -Force"));
        using FlowProcess process = Serve(folder);
        folder.WaitFor("one-ran");
        File.WriteAllText(folder.PathOf("flows/two.ps1"), EachSecond + "New-Item \"$PSScriptRoot/../two-ran\" -Force");
        folder.WaitFor("two-ran");

        process.Send(PosixSignal.SIGTERM);
        FlowResult result = process.WaitForExit();
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Serving 'one': Every 00:00:01.", result.Output, StringComparison.Ordinal);
        Assert.Matches("Scheduled run of 'two' for .* finished in state Completed", result.Output);
    }

    [UnixFact]
    public void At_SIGTERM_what_runs_runs_to_its_end()
    {
        using ScriptFolder folder = Folder(("slow", "#FlowSchedule -Every 00:00:01\n" + Waiting));
        using FlowProcess process = Serve(folder, "-GracePeriodSeconds", "100");
        folder.WaitFor("started");
        process.Send(PosixSignal.SIGTERM);
        process.WaitForText("Ending when one run has ended");
        File.WriteAllText(folder.PathOf("go"), "");

        FlowResult result = process.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Matches("Scheduled run of 'slow' for .* finished in state Completed", result.Output);
        Assert.Equal("finally\nend\n", folder.Read("order"));
    }

    [UnixTheory]
    [InlineData(true, "0")]
    [InlineData(false, "100")]
    public void What_does_not_end_is_stopped_and_its_finally_blocks_run(bool isGraceOver, string grace)
    {
        using ScriptFolder folder = Folder(("slow", "#FlowSchedule -Every 00:00:01\n" + Waiting));
        using FlowProcess process = Serve(folder, "-GracePeriodSeconds", grace);
        folder.WaitFor("started");
        process.Send(PosixSignal.SIGTERM);
        if (!isGraceOver)
        {
            process.WaitForText("Ending when one run has ended");
            process.Send(PosixSignal.SIGTERM);
        }

        FlowResult result = process.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Matches("Scheduled run of 'slow' for .* finished in state Cancelled", result.Output);
        Assert.Equal("finally\n", folder.Read("order"));
        FlowProcess.WaitForDeath(int.Parse(folder.Read("started"), CultureInfo.InvariantCulture));
    }

    [UnixFact]
    public void At_CtrlC_what_runs_is_stopped_at_once()
    {
        using ScriptFolder folder = Folder(("slow", "#FlowSchedule -Every 00:00:01\n" + Waiting));
        using FlowProcess process = Serve(folder, "-GracePeriodSeconds", "100");
        folder.WaitFor("started");
        process.Send(PosixSignal.SIGINT);

        Assert.Equal(130, process.WaitForExit().ExitCode);
        Assert.Equal("finally\n", folder.Read("order"));
    }

    [Fact]
    public void A_run_that_crashes_hurts_no_other_and_not_the_scheduler()
    {
        using ScriptFolder folder = Folder(
            ("bad", EachSecond + "New-Item \"$PSScriptRoot/../bad-ran\" -Force; [Environment]::FailFast('no')"),
            ("good", EachSecond + "if (Test-Path \"$PSScriptRoot/../bad-ran\") { New-Item \"$PSScriptRoot/../good-ran\" -Force }"));
        using FlowProcess process = Serve(folder);
        folder.WaitFor("good-ran");
        process.WaitForText("Scheduled run of 'bad'");
        process.Send(PosixSignal.SIGTERM);
        FlowResult result = process.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Matches("Scheduled run of 'bad' for .* finished in state Crashed", result.Output);
    }

    [Fact]
    public void Two_schedulers_share_the_times()
    {
        using ScriptFolder folder = Folder(("shared", EachSecond + "Add-Content \"$PSScriptRoot/../ran-$PID\" 'x'; New-Flow shared { \"$($FlowRun.ScheduledTime.UtcTicks)\" } | Invoke-Flow | Out-Null"));
        using FlowProcess one = Serve(folder, "-GracePeriodSeconds", "600");
        using FlowProcess other = Serve(folder, "-GracePeriodSeconds", "600");
        one.WaitForText("Scheduled run of 'shared'", times: 2);
        other.WaitForText("Scheduled run of 'shared'", times: 2);
        one.Send(PosixSignal.SIGTERM);
        other.Send(PosixSignal.SIGTERM);
        string[] ran = [.. new[] { one.WaitForExit(), other.WaitForExit() }.SelectMany(result => result.Output.Split('\n')).Where(line => line.Contains("Scheduled run of 'shared'", StringComparison.Ordinal))];

        string[] times = [.. ran.Select(line => line[(line.IndexOf("for ", StringComparison.Ordinal) + 4)..line.IndexOf(" finished", StringComparison.Ordinal)])];
        Assert.Equal(times.Distinct().Count(), times.Length);
        Assert.Equal(Directory.GetFiles(folder.PathOf("."), "ran-*").Length, ran.Count(line => line.EndsWith("Completed.", StringComparison.Ordinal)));
    }

    [UnixFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Who_is_to_know_is_told_of_a_failure()
    {
        using ScriptFolder folder = Folder(("bad", EachSecond + "New-Flow bad { throw 'no disk' } | Invoke-Flow"));
        string program = folder.Add($"#!/bin/sh\ncat > '{folder.PathOf("report.tmp")}'; mv '{folder.PathOf("report.tmp")}' '{folder.PathOf("report")}'\n", "tell");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using FlowProcess process = Serve(folder, "-OnFailure", program);
        folder.WaitFor("report");
        process.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, process.WaitForExit().ExitCode);
        Assert.Contains("no disk", folder.Read("report"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_bad_input()
    {
        FlowResult result = FlowProcess.Invoke(["serve", "/no/such/folder"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no folder", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, FlowProcess.Invoke(["serve", "-NoSuchParameter", "1"]).ExitCode);
        Assert.Contains("Start-FlowScheduler", FlowProcess.Invoke(["serve", "--help"]).Output, StringComparison.Ordinal);
    }

    private static ScriptFolder Folder(params (string Name, string Text)[] scripts)
    {
        var folder = new ScriptFolder();
        Directory.CreateDirectory(folder.PathOf("flows"));
        foreach ((string name, string text) in scripts)
        {
            File.WriteAllText(folder.PathOf($"flows/{name}.ps1"), text);
        }

        return folder;
    }

    private static FlowProcess Serve(ScriptFolder folder, params string[] words) =>
        FlowProcess.Start(["serve", folder.PathOf("flows"), "-HistoryPath", folder.PathOf("history.db"), .. words]);
}
