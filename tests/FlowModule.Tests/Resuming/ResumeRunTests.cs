using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

public class ResumeRunTests : ResumeTest
{
    private string FailsOnce => $$"""
        New-Flow {{Unique}} -RunName {{Unique}} {
            param($broken, $text)
            $first = Invoke-FlowTask first { $log.Add('first'); [pscustomobject]@{ N = 1; When = [datetime]::new(2026, 1, 2); Kind = [DayOfWeek]::Monday } }
            $second = Invoke-FlowTask second { param($x) $log.Add("second $($x.N)"); $x.N + 1 } -Parameters @{ x = $first }
            if ($broken.Value) { throw 'it broke' }
            "$text $second"
        } | Out-Null
        $broken = [pscustomobject]@{ Value = $true }
        """;

    [Fact]
    public void A_failed_run_goes_on_under_its_id_with_what_it_was_given_and_runs_no_completed_task_again()
    {
        Run(FailsOnce);
        ScriptResult failed = Run($"Invoke-Flow {Unique} -text sum -broken $broken");
        Assert.Equal(["first", "second 1"], TakeLog());
        Session.Run("$broken.Value = $false");

        // The input is read from the history, where it is still the broken one.
        ScriptResult again = Run($"$failed = (Get-Variable failed -ErrorAction Ignore); Resume-FlowRun {Unique}");
        Assert.Equal(StateType.Failed, again.State.Type);
        Assert.Empty(TakeLog());

        ScriptResult good = Run($$"""
            Resume-FlowRun {{Unique}} -Flow {
                param($broken, $text)
                $first = Invoke-FlowTask first { $log.Add('first'); [pscustomobject]@{ N = 1; When = [datetime]::new(2026, 1, 2); Kind = [DayOfWeek]::Monday } }
                $second = Invoke-FlowTask second { param($x) $log.Add("second $($x.N)"); $x.N + 1 } -Parameters @{ x = $first }
                "$text $second"
            }
            """).Clean();

        Assert.Empty(TakeLog());
        Assert.Equal((StateType.Completed, "sum 2"), (good.State.Type, good.Result));
        Assert.Equal((failed.State.Run.Id, Unique, 3), (good.State.Run.Id, good.State.Run.Name, good.State.Run.Attempt));
        Assert.Equal(["Pending", "Running", "Completed"], good.State.Run.States.Select(state => state.Type.ToString()));
        Assert.Equal("Resuming", good.State.Run.States[1].Name);
        Assert.Contains("has changed", Assert.Single(good.Warnings), StringComparison.Ordinal);
        Assert.Contains(good.Information, record => record.ToString().Contains($"Resuming flow run '{Unique}'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_that_takes_the_place_of_a_completed_one_is_Cached_and_has_its_name_and_id()
    {
        ScriptResult failed = Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { (Invoke-FlowTask a { 1 } -ReturnState), $(throw 'no') } | Invoke-Flow""");
        ScriptResult again = Run($$"""Resume-FlowRun {{Unique}} -Flow { Invoke-FlowTask a { 1 } -ReturnState }""");

        var task = Assert.IsType<FlowState>(again.State.Result);
        Assert.Equal(("Cached", "Completed in an earlier attempt and not run again.", 1), (task.Name, task.Message, task.Result));
        Assert.Equal("a-0", task.Run.Name);
        Assert.Equal("All states completed.", again.State.Message);
        Assert.Equal(failed.State.Run.Id, again.State.Run.Id);
    }

    [Fact]
    public void States_in_the_result_of_a_completed_subflow_are_states_again()
    {
        const string children = "(1..2 | Start-Subflow -Flow { $log.Add(\"sub $_\"); $_ })";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { Start-Subflow -Flow { {{children}} }; throw 'no' } | Invoke-Flow""");
        TakeLog();
        ScriptResult again = Run($$"""Resume-FlowRun {{Unique}} -Flow { Start-Subflow -Flow { {{children}} } }""");

        Assert.Empty(TakeLog());
        var outer = Assert.IsType<FlowState>(again.State.Result);
        FlowState[] inner = [.. Assert.IsType<object[]>(outer.Result).Cast<FlowState>()];
        Assert.Equal([1, 2], inner.Select(state => state.Result));
        Session.Set("state", again.State);
        Assert.Equal([1, 2], Values("$state | Receive-FlowResult"));
    }

    [Fact]
    public void A_subflow_that_had_not_completed_runs_again_under_its_id_and_takes_over_what_completed_in_it()
    {
        string sub = $"Start-Subflow -Flow {{ Invoke-FlowTask inner {{ $log.Add('inner'); 5 }}; if ([FlowModule.Tests.Support.Tally]::Up('{Unique}') -eq 1) {{ throw 'in the middle' }} }}";
        ScriptResult failed = Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{sub}} } | Invoke-Flow""");
        FlowState before = Assert.IsType<FlowState>(failed.State.Result);
        ScriptResult again = Run($"Resume-FlowRun {Unique}").Clean();

        FlowState after = Assert.IsType<FlowState>(again.State.Result);
        Assert.Equal(["inner"], TakeLog());
        Assert.Equal((before.Run.Id, before.Run.Name, 2, 5), (after.Run.Id, after.Run.Name, after.Run.Attempt, after.Result));
    }

    [Fact]
    public void Of_equal_starts_each_completed_one_is_taken_once()
    {
        const string body = "1..3 | ForEach-Object { Start-Subflow -Flow { $log.Add('same'); [guid]::NewGuid().ToString() } }";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{body}}; throw 'no' } | Invoke-Flow""");
        Assert.Equal(3, TakeLog().Length);
        ScriptResult again = Run($$"""Resume-FlowRun {{Unique}} -Flow { {{body}}; 1..2 | ForEach-Object { Start-Subflow -Flow { $log.Add('same'); [guid]::NewGuid().ToString() } } }""");

        FlowState[] states = [.. Assert.IsType<object[]>(again.State.Result).Cast<FlowState>()];
        Assert.Equal(["Cached", "Cached", "Cached", "Completed", "Completed"], states.Select(state => state.Name));
        Assert.Equal(5, states.Select(state => state.Result).Distinct().Count());
    }

    [Fact]
    public void A_result_that_was_not_kept_is_made_again()
    {
        const string body = "Invoke-FlowTask big { $log.Add('big'); 'x' * 3MB } | ForEach-Object Length";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{body}}; throw 'no' } | Invoke-Flow""");
        ScriptResult again = Run($$"""Resume-FlowRun {{Unique}} -Flow { {{body}} }""");

        Assert.Equal(["big", "big"], TakeLog());
        Assert.Equal(3 * 1024 * 1024, again.Result);
    }

    [Fact]
    public void A_resumed_run_may_be_retried_as_often_as_a_new_one_and_what_it_took_over_stays()
    {
        Run("$tries = [pscustomobject]@{ Left = 3 }");
        Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} -Retry 1 {
                Invoke-FlowTask once { $log.Add('once') }
                $tries.Left--
                $log.Add("try")
                if ($tries.Left) { throw 'again' }
            } | Invoke-Flow
            """);
        Assert.Equal(["once", "try", "try"], TakeLog());
        ScriptResult again = Run($"Resume-FlowRun {Unique}").Clean();

        Assert.Equal(["try"], TakeLog());
        Assert.Equal((StateType.Completed, 3), (again.State.Type, again.State.Run.Attempt));
        Run("$tries.Left = 2");
        ScriptResult completed = Run($"Resume-FlowRun {Unique}");
        Assert.Equal("FlowRunNotResumable,FlowModule.Commands.ResumeFlowRunCommand", completed.OnlyError.FullyQualifiedErrorId);
        Assert.Contains("Restart-FlowRun", completed.OnlyError.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_undone_is_done_again()
    {
        const string task = "Invoke-FlowTask made { $log.Add('made') } -OnRollback { $log.Add('undone') }";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{task}}; throw 'no' } | Invoke-Flow""");
        Assert.Equal(["made", "undone"], TakeLog());
        Run($$"""Resume-FlowRun {{Unique}} -Flow { {{task}}; throw 'no' }""");
        Assert.Equal(["made", "undone"], TakeLog());
    }

    [Fact]
    public void What_was_taken_over_is_undone_when_the_resumed_run_fails()
    {
        const string task = "Invoke-FlowTask made { $log.Add('made') } -OnRollback { $log.Add('undone') }";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { {{task}}; Suspend-FlowRun } | Invoke-Flow""");
        Assert.Equal(["made"], TakeLog());
        Run($$"""Resume-FlowRun {{Unique}} -Flow { {{task}}; throw 'no' }""");
        Assert.Equal(["undone"], TakeLog());
    }

    [Fact]
    public void Of_two_that_resume_a_run_at_once_one_does_and_the_other_learns_where_it_runs()
    {
        using FlowSession other = OtherSession();
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { throw 'no' } | Invoke-Flow""");
        using var gate = new Gate(arrivals: 1);
        Session.Set("gate", gate);
        using var first = new RunningScript(Session, $$"""Resume-FlowRun {{Unique}} -Flow { $log.Add('ran'); $gate.ArriveAndWait() }""");
        gate.WaitForArrivals();
        ScriptResult second = other.Run($$"""Resume-FlowRun {{Unique}} -Flow { $log.Add('ran') }""");
        gate.Open();
        first.WaitForEnd();

        Assert.Equal(["ran"], TakeLog());
        Assert.Contains($"in process {Environment.ProcessId}", second.OnlyError.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_that_race_for_a_run_run_it_once()
    {
        FlowSession[] sessions = [OtherSession(), OtherSession(), OtherSession()];
        for (int round = 0; round < 10; round++)
        {
            string name = $"{Unique}-{round}";
            Run($$"""New-Flow {{name}} -RunName {{name}} { throw 'no' } | Invoke-Flow""");
            using var start = new Barrier(sessions.Length);
            Task[] racing = [.. sessions.Select(session => Task.Run(() =>
            {
                start.SignalAndWait();
                session.Run($$"""Resume-FlowRun {{name}} -Flow { $log.Add('ran') }""");
            }))];
            await Task.WhenAll(racing);
            Assert.Equal(["ran"], TakeLog());
        }

        Array.ForEach(sessions, session => session.Dispose());
    }

    [Fact]
    public void A_subflow_is_resumed_with_its_root()
    {
        ScriptResult failed = Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { Start-Subflow -Flow { throw 'no' } } | Invoke-Flow""");
        Session.Set("sub", failed.State.Result);
        ScriptResult sub = Run("$sub | Resume-FlowRun");
        Assert.Equal("FlowRunNotResumable,FlowModule.Commands.ResumeFlowRunCommand", sub.OnlyError.FullyQualifiedErrorId);
        Assert.Contains($"'{Unique}'", sub.OnlyError.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_resumes_nothing_and_a_job_resumes_in_the_background()
    {
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { throw 'no' } | Invoke-Flow""");
        Assert.Empty(Run($$"""Resume-FlowRun {{Unique}} -Flow { $log.Add('ran') } -WhatIf""").States);
        Assert.Empty(TakeLog());
        object? state = Value($$"""$job = Resume-FlowRun {{Unique}} -Flow { 42 } -AsJob; while ($job.State -eq 'Running') { Start-Sleep -Milliseconds 10 }; $job.Output[0].Result""");
        Assert.Equal(42, state);
    }

    [Fact]
    public void A_run_that_is_nowhere_is_an_error_and_so_is_a_history_that_is_off()
    {
        Assert.Equal("FlowRunNotFound,FlowModule.Commands.ResumeFlowRunCommand", Run($"Resume-FlowRun {Unique}").OnlyError.FullyQualifiedErrorId);
        Assert.Equal("FlowRunNotFound,FlowModule.Commands.ResumeFlowRunCommand", Run($"Resume-FlowRun -Id {Guid.NewGuid()}").OnlyError.FullyQualifiedErrorId);
        Assert.Equal("FlowRunExpected,FlowModule.Commands.ResumeFlowRunCommand", Run("[datetime]::Now | Resume-FlowRun").OnlyError.FullyQualifiedErrorId);
    }

    [Fact]
    public void What_was_secret_is_asked_for_and_what_was_kept_is_not_to_be_given()
    {
        Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} { param([string] $user, [securestring] $password) $log.Add("$user $($password.Length)"); throw 'no' } | Out-Null
            $password = [securestring]::new(); 'xyz'.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
            Invoke-Flow {{Unique}} -user me -password $password
            """);
        ErrorRecord missing = Run($"Resume-FlowRun {Unique}").OnlyError;
        Assert.Equal("FlowParametersNotKept,FlowModule.Commands.ResumeFlowRunCommand", missing.FullyQualifiedErrorId);
        ErrorRecord kept = Run($"Resume-FlowRun {Unique} -Parameters @{{ user = 'you'; password = $password }}").OnlyError;
        Assert.Equal("FlowParameterKept,FlowModule.Commands.ResumeFlowRunCommand", kept.FullyQualifiedErrorId);
        TakeLog();
        Run($"Resume-FlowRun {Unique} -Parameters @{{ password = $password }}");
        Assert.Equal(["me 3"], TakeLog());
    }

    [Fact]
    public void What_was_secret_stays_secret_in_a_flow_that_does_not_say_so()
    {
        string secret = $"secret-{Guid.NewGuid():N}";
        using (FlowSession first = OtherSession())
        {
            first.Run($$"""New-Flow {{Unique}} -RunName {{Unique}} -Secret token { param($token) $log.Add($token); throw 'no' } | Invoke-Flow -Parameters @{ token = '{{secret}}' }""");
        }

        FlowState state = Run($"Resume-FlowRun {Unique} -Parameters @{{ token = '{secret}' }}").State;
        Assert.Equal([secret, secret], TakeLog());
        string? kept = Histories.Default!.Text(state.Run.Id, RunValue.Parameters);
        Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        Assert.Contains("token", kept, StringComparison.Ordinal);
    }
}
