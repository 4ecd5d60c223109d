using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Scheduled flows as the machine's scheduler starts them: real processes, which wait for each other and die.</summary>
public sealed class ScheduledTests
{
    private const string Waiting =
        """
        Add-Content "$PSScriptRoot/order" begin
        try {
            Set-Content "$PSScriptRoot/pid.tmp" $PID; Move-Item "$PSScriptRoot/pid.tmp" "$PSScriptRoot/started" -Force
            while (-not (Test-Path "$PSScriptRoot/go")) { Start-Sleep -Milliseconds 20 }
        }
        finally { Add-Content "$PSScriptRoot/order" end }
        """;

    [UnixFact]
    public void The_log_has_all_that_was_written_in_its_order_between_two_lines_that_say_what_it_is()
    {
        using ScheduledScript script = new("""
            "word: $env:FLOW_TEST_WORD, in $(Split-Path -Leaf (Get-Location))"
            [Console]::Error.WriteLine('to error'); & /bin/sh -c 'echo native error >&2; echo native'; 'last'
            """);

        FlowResult result = script.Run();

        string[] lines = script.Log.TrimEnd().Split('\n');
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(["to error", "native error", "native", "last"], lines[2..^1]);
        Assert.Matches("^---- .* [|] nightly of .* [|] Started", lines[0]);
        Assert.StartsWith("word: wörd, in flow-schedule-", lines[1], StringComparison.Ordinal);
        Assert.Matches("^---- .* [|] nightly of .* [|] Completed, exit code 0.$", lines[^1]);
    }

    [Theory]
    [InlineData(1, "throw 'no'", "no")]
    [InlineData(7, "exit 7", "The script ended with exit code 7.")]
    [InlineData(2, "if (", "Missing")]
    [InlineData(2, "param([Parameter(Mandatory)]$Needed)", "Needed")]
    [InlineData(5, "[Environment]::Exit(5)", "exit code 5")]
    [InlineData(1, "New-Flow a { throw 'x' } | Invoke-Flow; New-Flow b { Stop-FlowRun $FlowRun.Name; Start-Sleep 600 } | Invoke-Flow", "ended Failed")]
    [InlineData(3, "New-Flow a { 1 } | Invoke-Flow; New-Flow b { Stop-FlowRun $FlowRun.Name; Start-Sleep 600 } | Invoke-Flow", "ended Cancelled")]
    [InlineData(0, "New-Flow a { throw 'x' } | Invoke-Flow; exit 0", "Completed")]
    [InlineData(2, "Invoke-Flow no-such-flow", "There is no flow named 'no-such-flow'")]
    [InlineData(2, "New-Flow a { 1 } -NoSuch | Invoke-Flow", "NoSuch")]
    [InlineData(2, "function Run { New-Flow a { param([int]$N) $N } | Invoke-Flow -N x } Run; 'done'", "cannot be bound")]
    [InlineData(1, "New-Flow a { 1 } | Invoke-Flow; Invoke-Flow no-such-flow", "no-such-flow")]
    [InlineData(1, "Invoke-Flow no-such-flow; New-Flow a { throw 'x' } | Invoke-Flow", "ended Failed")]
    [InlineData(0, "try { Invoke-Flow no-such-flow } catch { 'none' }", "Completed")]
    [InlineData(1, "New-Flow a { Invoke-Flow no-such-flow; 1 } | Invoke-Flow", "ended Failed")]
    [InlineData(0, "Get-Flow no-such-flow", "Completed")]
    [InlineData(9, "Invoke-Flow no-such-flow; exit 9", "exit code 9")]
    public void The_exit_code_says_how_it_ended(int expected, string text, string why)
    {
        using ScheduledScript script = new(text);

        FlowResult result = script.Run();

        Assert.Equal(expected, result.ExitCode);
        Assert.Contains(why, script.Log.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    /// <summary>A thrown error reaches the log through the error stream, the end of the script, and the tick's message; a program's output reaches it directly.</summary>
    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public void A_secret_leaves_its_process_in_no_way(string history)
    {
        const string Text = """
            $long = 'x' * 70
            $token = 'S3c' + 'ret-11'
            New-Flow login -Secret Token {
                param($Token)
                Write-Host "host $Token"; [Console]::WriteLine("console $Token"); "result $Token"
                & dotnet no-such-command-$Token
                [Console]::WriteLine([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("joe:$Token")))
                throw "cannot log in with $long $long $Token $Token $Token $Token $Token"
            } | Invoke-Flow -Parameters @{ Token = $token }
            "after: $token"
            throw "at the end: $token"
            """;
        using ScheduledScript script = new(Text);

        FlowResult result = script.Run(new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_HISTORY"] = history });

        Assert.Equal(1, result.ExitCode);
        string told = script.Log + result.Output + result.Error + script.History;
        Assert.Contains("after: ***", script.Log, StringComparison.Ordinal);
        Assert.Contains("Failed, exit code 1. at the end: ***", script.Log, StringComparison.Ordinal);
        Assert.All(["S3cret", "3cret-1", "cret-11", "UzNjcmV0", "M2NyZXQt"], secret => Assert.DoesNotContain(secret, told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_that_is_gone_is_bad_input()
    {
        using ScheduledScript script = new("1");
        File.Delete(script.PathOf("script.ps1"));

        FlowResult result = script.Run();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no script", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_registered_is_bad_input()
    {
        FlowResult result = FlowProcess.Invoke(["scheduled", "no-such-flow"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no-such-flow", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_run_one_time_once()
    {
        using ScheduledScript script = new("Add-Content \"$PSScriptRoot/order\" ran", "Parallel", once: DateTimeOffset.UtcNow);
        using FlowProcess one = script.Start();
        using FlowProcess other = script.Start();

        int[] codes = [one.WaitForExit().ExitCode, other.WaitForExit().ExitCode];

        Assert.Equal([0, 4], codes.Order());
        Assert.Equal("ran", script.Read("order").TrimEnd());
    }

    [Fact]
    public void IgnoreNew_skips_while_another_runs()
    {
        using ScheduledScript script = new(Waiting);
        using FlowProcess first = script.Start();
        script.WaitFor("started");

        int second = script.Run().ExitCode;
        script.Signal("go");

        Assert.Equal((4, 0), (second, first.WaitForExit().ExitCode));
        Assert.Contains("Skipped. The run of", script.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Queue_runs_one_after_another()
    {
        using ScheduledScript script = new(Waiting, "Queue");
        using FlowProcess first = script.Start();
        script.WaitFor("started");
        using FlowProcess second = script.Start();
        script.Signal("go");

        Assert.Equal((0, 0), (first.WaitForExit().ExitCode, second.WaitForExit().ExitCode));
        Assert.Equal(["begin", "end", "begin", "end"], script.Read("order").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void StopExisting_stops_the_one_that_runs_in_order()
    {
        using ScheduledScript script = new(Waiting, "StopExisting");
        using FlowProcess first = script.Start();
        script.WaitFor("started");
        using FlowProcess second = script.Start();

        int stopped = first.WaitForExit().ExitCode;
        script.Signal("go");

        Assert.Equal((3, 0), (stopped, second.WaitForExit().ExitCode));
        Assert.Equal(["begin", "end", "begin", "end"], script.Read("order").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("takes its place", script.Log, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_signal_stops_the_script_in_order()
    {
        using ScheduledScript script = new(Waiting);
        using FlowProcess process = script.Start();
        script.WaitFor("started");

        process.Send(PosixSignal.SIGTERM);

        Assert.Equal(3, process.WaitForExit().ExitCode);
        Assert.Equal(["begin", "end"], script.Read("order").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [UnixFact]
    public void When_the_supervisor_is_killed_the_script_is_stopped_and_the_next_finds_it_crashed()
    {
        using ScheduledScript script = new(Waiting);
        KillSupervisor(script);
        FlowResult next = script.Run();

        Assert.Equal(0, next.ExitCode);
        Assert.Equal(["begin", "end", "begin", "end"], script.Read("order").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("[|] Crashed[.] Process .* died", script.Log);
    }

    /// <summary>A flow killed at night is reported in the morning, although it runs again only the next night.</summary>
    [UnixTheory]
    [InlineData("Crontab", true)]
    [InlineData("Scheduler", false)]
    public void When_the_supervisor_is_killed_the_next_of_another_flow_tells_of_it_unless_a_scheduler_is_to(string host, bool isTold)
    {
        using ScheduledScript script = new(Waiting, host: host);
        KillSupervisor(script);
        FlowResult next = script.Run(ScheduledScript.Another);

        Assert.Equal(0, next.ExitCode);
        Assert.Equal(isTold, script.Log.Contains("| Crashed. Process ", StringComparison.Ordinal));
    }

    [UnixFact]
    public void A_script_s_process_that_is_killed_is_crashed()
    {
        using ScheduledScript script = new(Waiting);
        using FlowProcess process = script.Start();
        script.WaitFor("started");

        using (Process child = Process.GetProcessById(int.Parse(script.Read("started"), CultureInfo.InvariantCulture)))
        {
            child.Kill();
        }

        Assert.Equal(1, process.WaitForExit().ExitCode);
        Assert.Contains("Crashed, exit code 1. Its process", script.Log, StringComparison.Ordinal);
        Assert.Contains("(SIGKILL)", script.Log, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_program_that_is_left_behind_with_the_output_holds_nobody_up()
    {
        using ScheduledScript script = new("& /bin/sh -c 'sleep 1000 & echo $! > left'; 'done'");

        FlowResult result = script.Run();

        using (Process left = Process.GetProcessById(int.Parse(script.Read("left"), CultureInfo.InvariantCulture)))
        {
            left.Kill();
        }

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\ndone\n", script.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_lines_come_whole()
    {
        using ScheduledScript script = new("foreach ($i in 1..100000) { [Console]::Out.WriteLine(\"line $i\") }");

        Assert.Equal(0, script.Run().ExitCode);
        Assert.Equal(Enumerable.Range(1, 100_000).Select(i => $"line {i}"), script.Log.TrimEnd().Split('\n')[1..^1].Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public void The_flow_runs_of_a_late_one_say_for_when_it_was()
    {
        using ScheduledScript script = new(
            """
            param($x)
            New-Flow f { "for $($FlowRun.ScheduledTime.ToString('o'))" } | Invoke-Flow | Receive-FlowResult
            (Get-FlowRun -Schedule nightly).ForEach({ $_.States.ForEach({ "$($_.Type) $($_.Name)" }) -join ', ' })
            """, once: new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), missed: "RunOnce");

        Assert.Equal(0, script.Run().ExitCode);

        Assert.Contains("Started, late.", script.Log, StringComparison.Ordinal);
        Assert.Contains("for 2026-01-02T03:04:05.0000000", script.Log, StringComparison.Ordinal);
        Assert.Contains("Scheduled Late, Running Running, Completed Completed", script.Log, StringComparison.Ordinal);
    }

    /// <summary>A machine that starts and has missed nothing runs nothing: the entry for the start runs only what is due.</summary>
    [Fact]
    public void What_has_run_is_not_run_again_when_it_is_started_once_more()
    {
        using ScheduledScript script = new("Add-Content \"$PSScriptRoot/order\" ran", once: new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), missed: "RunAll");

        Assert.Equal(0, script.Run().ExitCode);
        Assert.Equal(4, script.Run().ExitCode);
        Assert.Equal("ran", script.Read("order").TrimEnd());
        Assert.Contains("Skipped. Nothing is due", script.Log, StringComparison.Ordinal);
    }

    /// <summary>Kills the supervisor of a waiting script. Its next run does not wait.</summary>
    private static void KillSupervisor(ScheduledScript script)
    {
        using FlowProcess process = script.Start();
        script.WaitFor("started");
        int child = int.Parse(script.Read("started"), CultureInfo.InvariantCulture);

        process.Kill();
        FlowProcess.WaitForDeath(child);
        script.Signal("go");
    }
}
