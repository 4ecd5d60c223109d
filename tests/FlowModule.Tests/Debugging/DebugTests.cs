using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Debugging;

/// <summary>Wait-Debugger and breakpoints in bodies that run on workers.</summary>
public sealed class DebugTests : FlowTest
{
    private void Type(params string[] lines) => Array.ForEach(lines, Session.Host.Lines.Enqueue);

    private string _text = string.Empty;

    /// <summary>What a script outputs, as text. What it writes to the host is in <see cref="_text"/>.</summary>
    private string[] Results(string script)
    {
        ScriptResult result = Run(script).Clean();
        _text = result.HostText;
        return [.. result.Output.Select(value => $"{value}")];
    }

    [Fact]
    public void Wait_Debugger_stops_a_parallel_body_and_commands_see_and_change_its_variables()
    {
        Type("'It was ' + $x", "$x = 7", "c");

        Assert.Equal(["8"], Results("1 | Start-Subflow { $x = $_; Wait-Debugger; $x + 1 } -Parallel -LogLevel None | Receive-FlowResult"));

        string text = _text;
        Assert.Contains("for flow 'scriptblock' has stopped in the debugger", text, StringComparison.Ordinal);
        Assert.Contains("Wait-Debugger", text, StringComparison.Ordinal);
        Assert.Contains("It was 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bodies_stop_one_after_another_and_those_that_do_not_stop_go_on()
    {
        Type("$FlowRun.InputObject", "c", "$FlowRun.InputObject", "c");

        Assert.Equal(
            ["1", "2", "3"],
            Results("1..3 | Start-Subflow { if ($_ -ne 2) { Wait-Debugger }; $_ } -Parallel -ThrottleLimit 3 -KeepOrder -LogLevel None | Receive-FlowResult"));
        Assert.Empty(Session.Host.Lines);
    }

    [Fact]
    public void A_breakpoint_of_the_session_stops_a_parallel_body_at_its_line_and_steps_go_through_it()
    {
        string script = Folder.Write("job.ps1", """
            New-Flow job {
                $a = 1
                $b = 2
                "$a $b"
            }
            """);
        Session.Set("script", script);
        Type("\"b is <$b>\"", "s", "\"b is <$b>\"", "c");

        Assert.Equal(["1 2"], Results("$null = Set-PSBreakpoint -Script $script -Line 3; & $script | Start-Subflow -Parallel -LogLevel None | Receive-FlowResult"));

        string text = _text;
        Assert.Contains("Hit Line breakpoint on", text, StringComparison.Ordinal);
        Assert.Contains("b is <>", text, StringComparison.Ordinal);
        Assert.Contains("b is <2>", text, StringComparison.Ordinal);

        Assert.Equal(["1 2"], Results("Get-PSBreakpoint | Remove-PSBreakpoint; & $script | Start-Subflow -Parallel -LogLevel None | Receive-FlowResult"));
        Assert.DoesNotContain("Hit", _text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_in_which_steps_are_made_comes_before_the_others()
    {
        // Whichever comes first: its step is followed by its own next line, and then comes the other.
        const string Say = "\"$($FlowRun.InputObject) $x\"";
        Type(Say, "s", Say, "s", Say, "c", Say, "c");

        Results("1, 2 | Start-Subflow { $x = 'a'; Wait-Debugger; $x = 'b'; $x = 'c' } -Parallel -ThrottleLimit 2 -LogLevel None -ErrorAction Stop");

        string[] said = [.. _text.Split('\n').Select(line => line.Split(">> ")[^1].Trim()).Where(line => line.Length == 3 && line[1] == ' ')];
        string first = said[0][..1];
        string other = first == "1" ? "2" : "1";
        Assert.Equal([$"{first} a", $"{first} a", $"{first} b", $"{other} a"], said);
    }

    [Fact]
    public void Quit_ends_the_run_alone()
    {
        Type("q");

        Assert.Equal(
            ["Cancelled Stopped in the debugger.", "Completed "],
            Results("1, 2 | Start-Subflow { if ($_ -eq 1) { Wait-Debugger }; $_ } -Parallel -KeepOrder -LogLevel None -ErrorAction Ignore | ForEach-Object { \"$($_.Name) $($_.Message)\" }"));
    }

    [Fact]
    public void A_started_task_stops_when_its_caller_waits_for_it()
    {
        Type("c");
        Assert.Equal(["5"], Results("Start-FlowTask t { Wait-Debugger; 5 } -LogLevel None | Receive-FlowTask"));
    }

    [Fact]
    public void A_subflow_inside_a_subflow_asks_the_same_user()
    {
        Type("$FlowRun.Depth; $FlowRun.FlowName", "c");
        Assert.Equal(
            ["5"],
            Results("New-Flow inner { Wait-Debugger; 5 } | Out-Null; 1 | Start-Subflow { Start-Subflow inner -Parallel | Receive-FlowResult } -Parallel -LogLevel None | Receive-FlowResult"));
        Assert.Contains("inner", _text, StringComparison.Ordinal);
        Assert.Empty(Session.Host.Lines);
    }

    [Fact]
    public void Where_nobody_can_be_asked_the_body_goes_on_with_a_warning()
    {
        ScriptResult result = Run("1 | Start-Subflow { Wait-Debugger; 5 } -Parallel -LogLevel None | Receive-FlowResult");
        Assert.Equal([5], result.Output);
        Assert.Contains("does not stop in the debugger: There is nobody.", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_goes_on_with_a_warning()
    {
        object?[] output = Values("""
            $job = 1 | Start-Subflow { Wait-Debugger; 5 } -Parallel -AsJob -LogLevel None
            $job | Receive-Job -Wait -WarningVariable warnings -WarningAction SilentlyContinue | Receive-FlowResult
            "$warnings"
            """);
        Assert.Equal(5, output[0]);
        Assert.Contains("does not stop in the debugger: it is a job", $"{output[1]}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_run_does_not_wait_for_commands()
    {
        // The first command stops the run that it is asked for.
        Type("Stop-FlowRun $FlowRun");
        Assert.Equal(["Cancelled"], Results("1 | Start-Subflow { Wait-Debugger; 5 } -Parallel -LogLevel None -ErrorAction Ignore | ForEach-Object Name"));
    }

    private const string Loop = "$x = 5; $go.Begun = $true; while (-not $go.Ends) { Start-Sleep -Milliseconds 10 }; 'ended'";

    [Theory]
    [InlineData("$run = Start-FlowTask loop { %loop% } -LogLevel None", "$run | Receive-FlowTask")]
    [InlineData("$job = 1 | Start-Subflow { %loop% } -Parallel -AsJob -RunName looping -LogLevel None; $run = 'looping'", "$job | Receive-Job -Wait | Receive-FlowResult")]
    [InlineData("$job = New-Flow f { Invoke-FlowTask inner { %loop% } } -RunName inner-loop | Start-Subflow -Parallel -AsJob -LogLevel None; $run = 'inner-loop'", "$job | Receive-Job -Wait | Receive-FlowResult")]
    public void Debug_FlowRun_stops_a_running_body_at_its_next_statement(string start, string end)
    {
        Type("\"x is $x\"", "s", "$go.Ends = $true", "c");

        Assert.Equal(["ended"], Results($$"""
            $go = [hashtable]::Synchronized(@{})
            {{start.Replace("%loop%", Loop, StringComparison.Ordinal)}}
            while (-not $go.Begun) { Start-Sleep -Milliseconds 10 }
            Debug-FlowRun $run
            {{end}}
            """));
        Assert.Contains("stops at its next statement", _text, StringComparison.Ordinal);
        Assert.Contains("has stopped in the debugger", _text, StringComparison.Ordinal);
        Assert.Contains("x is 5", _text, StringComparison.Ordinal);
        Assert.Empty(Session.Host.Lines);
    }

    [Fact]
    public void Debug_FlowRun_that_is_stopped_lets_the_body_go_on()
    {
        using var gate = new Gate();
        using var ended = new Gate();
        Session.Set("gate", gate);
        Session.Set("ended", ended);
        Run("$task = Start-FlowTask stuck { $gate.ArriveAndWait(); 'went on'; $ended.Arrive() } -LogLevel None").Clean();
        gate.WaitForArrivals();
        using (var script = new RunningScript(Session, "Debug-FlowRun $task"))
        {
            script.Stop();
        }

        gate.Open();
        ended.WaitForArrivals();
        Assert.Equal(["went on"], Results("$task | Receive-FlowTask"));
    }

    [Theory]
    [InlineData("$state = Start-Subflow { 1 } -Parallel; Debug-FlowRun $state", "FlowRunNotDebuggable", "it has ended")]
    [InlineData("Invoke-Flow { Debug-FlowRun $FlowRun }", "FlowRunNotDebuggable", "does not execute on a worker")]
    [InlineData("$here = [System.Collections.Concurrent.ConcurrentBag[int]]::new(); $job = 1..2 | Start-Subflow { $here.Add($_); Start-Sleep 600 } -Parallel -ThrottleLimit 2 -AsJob -RunName both; while ($here.Count -lt 2) { Start-Sleep -Milliseconds 10 }; try { Debug-FlowRun both } finally { Stop-Job $job }", "FlowRunNotDebuggable", "Name one of them: ")]
    [InlineData("Debug-FlowRun no-such-run", "FlowRunNotFound", "No run 'no-such-run'")]
    public void Debug_FlowRun_refuses_a_run_that_it_cannot_stop(string call, string id, string message)
    {
        ErrorRecord error = Run("$InformationPreference = 'Ignore'; " + call).OnlyError;
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_FlowRun_WhatIf_stops_nothing()
    {
        Type("not read");
        Assert.Equal(["ended"], Results($$"""
            $go = [hashtable]::Synchronized(@{})
            $task = Start-FlowTask loop { {{Loop}} } -LogLevel None
            while (-not $go.Begun) { Start-Sleep -Milliseconds 10 }
            Debug-FlowRun $task -WhatIf
            $go.Ends = $true
            $task | Receive-FlowTask
            """));
        Assert.Single(Session.Host.Lines);
    }
}
