using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>-WhatIf returns the plan and runs nothing; -Confirm asks once.</summary>
public sealed class PlanTests : FlowTest
{
    private const int Yes = 0;
    private const int No = 2;

    private FlowPlan Plan(string call)
    {
        ScriptResult result = Run(call).Clean();
        Assert.Empty(result.HostText);
        return Assert.IsType<FlowPlan>(Assert.Single(result.Output));
    }

    [Fact]
    public void It_has_the_runs_as_they_would_be_bound_in_their_order_and_waves()
    {
        FlowPlan plan = Plan("""
            $flow = New-Flow check { param([string] $Name, [int] $Port = 80) } -RunName 'check {Name}' -TimeoutSeconds 10
            1..5 | Start-Subflow $flow -Parameters @{ Port = '8080' } -Parallel -ThrottleLimit 2 -Wave 1, 40% -KeepOrder -Retry 3 -WhatIf
            """);

        Assert.Equal((5, 2, true), (plan.Count, plan.ThrottleLimit, plan.KeepOrder));
        Assert.Equal([1, 2, 5], plan.Waves);
        Assert.Equal([1, 2, 3, 3, 3], plan.Runs.Select(run => run.Wave));
        Assert.Equal(["check 1", "check 2", "check 3", "check 4", "check 5"], plan.Runs.Select(run => run.RunName));
        Assert.Equal(("8080", "1"), ($"{plan.Runs[0].Parameters["Port"]}", $"{plan.Runs[0].Parameters["Name"]}"));
        Assert.Equal((10.0, 3), (plan.Runs[0].TimeoutSeconds, plan.Runs[0].Retry));
    }

    [Fact]
    public void Its_text_is_a_tree() =>
        Assert.Equal(
            """
            Start-Subflow: 3 runs, 2 at once, in waves up to 1, 3
              flow 'check', timeout 10 s, 3 retries
                takes along: Variable limit, Function Test-It
                1. check 1 (wave 1)
                2. check 2 (wave 2)
                3. check 3 (wave 2)
            """.ReplaceLineEndings("\n"),
            Plan("""
                $limit = 5
                function Test-It { }
                $flow = New-Flow check { Test-It $limit } -RunName 'check {_}' -TimeoutSeconds 10 -Retry 3
                1..3 | Start-Subflow $flow -Parallel -ThrottleLimit 2 -Wave 1 -WhatIf
                """).ToString());

    [Fact]
    public void Flows_that_are_piped_are_told_apart_and_one_that_is_alone_is_short()
    {
        Assert.Equal(
            "Start-Subflow: 2 runs, one after another\n  flow 'a'\n  flow 'b', isolation NewRunspace",
            Plan("(New-Flow a { }), (New-Flow b { } -Isolation NewRunspace) | Start-Subflow -WhatIf").ToString().Replace("\n    1. ", string.Empty, StringComparison.Ordinal).Replace("\n    2. ", string.Empty, StringComparison.Ordinal));
        Assert.Equal("Invoke-Flow: 1 run\n  flow 'a'", Plan("Invoke-Flow a -WhatIf").ToString());
    }

    [Fact]
    public void Many_runs_are_counted_and_secrets_are_not_shown()
    {
        string text = Plan("""
            $flow = New-Flow many { param($Token, $N) } -Secret Token
            Start-Subflow $flow -Map @{ N = 1..25 } -Parameters @{ Token = 'hidden' } -Parallel -WhatIf
            """).ToString();

        Assert.EndsWith("\n    20. N=20\n    and 5 more", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_has_the_key_already_is_named_and_the_plan_claims_no_key()
    {
        const string Call = "New-Flow nightly { 'ran' } -RunName 'the night' | Invoke-Flow -IdempotencyKey today";
        Assert.Null(Plan(Call + " -WhatIf").Runs[0].ExistingRun);
        Run(Call).Clean();

        FlowPlan plan = Plan(Call + " -WhatIf");
        Assert.Equal("the night", plan.Runs[0].ExistingRun);
        Assert.Equal("Invoke-Flow: 1 run, which exists\n  flow 'nightly'\n    1. the night (run 'the night' has the key)", plan.ToString());
        Assert.Equal("Invoke-Flow: 1 run\n  flow 'nightly'\n    1. the night", Plan(Call.Replace("today", "tomorrow", StringComparison.Ordinal) + " -WhatIf").ToString());
    }

    [Fact]
    public void Input_that_does_not_fit_is_said()
    {
        FlowPlan plan = Plan("'x', 2 | Start-Subflow { param([int] $N) } -WhatIf");

        Assert.Contains("N", plan.Runs[0].Problem, StringComparison.Ordinal);
        Assert.Null(plan.Runs[1].Problem);
        Assert.Contains("1. x: would fail. ", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_are_planned_with_the_results_that_are_in_the_cache()
    {
        Session.Set("path", Path.Combine(Folder.FullPath, "cache.db"));
        Session.Set("ran", new List<object>());
        const string Extract = "Invoke-FlowTask extract { param($N) $ran.Add($N) } -CachePolicy Inputs -HistoryPath $path";
        Run($"1, 2 | {Extract} -LogLevel None").Clean();

        FlowPlan plan = Plan($"1..3 | {Extract} -Parallel -ThrottleLimit 2 -Wave 1 -WhatIf");

        Assert.Equal([true, true, false], plan.Runs.Select(run => run.IsCached));
        Assert.Equal(
            """
            Invoke-FlowTask: 3 runs, 2 cached, 2 at once, in waves up to 1, 3, output in order
              task 'extract', cache
                takes along: Variable ran
                1. 1 (cached) (wave 1)
                2. 2 (cached) (wave 2)
                3. 3 (wave 2)
            """.ReplaceLineEndings("\n"),
            plan.ToString());
        Assert.Equal(2, Value("$ran.Count"));
        Assert.Equal([false], Plan($"1 | {Extract} -RefreshCache -WhatIf").Runs.Select(run => run.IsCached));
        Assert.Equal([(bool?)null], Plan("1 | Invoke-FlowTask extract { } -CacheKey { $ran.Add(0); 'key' } -HistoryPath $path -WhatIf").Runs.Select(run => run.IsCached));
        Assert.Equal(2, Value("$ran.Count"));
    }

    [Fact]
    public void Started_tasks_are_planned_together_and_use_up_no_number()
    {
        FlowState[] states = [.. Run("""
            Invoke-Flow {
                $plan = 1, 2 | Start-FlowTask load { $_ } -WhatIf
                $first = Start-FlowTask load { 'ran' }
                $plan.ToString()
                $first.Name
            } -LogLevel None
            """).Clean().States];

        Assert.Equal(["Start-FlowTask: 2 runs, 2 at once\n  task 'load'\n    1. 1\n    2. 2", "load-0"], ((object[])states[0].Result!).Select(line => line.ToString()));
    }

    [Fact]
    public void Nothing_is_written()
    {
        string path = Path.Combine(Folder.FullPath, "plan.db");
        Session.Set("path", path);

        Plan("1..3 | Start-Subflow { 'ran' } -Parallel -HistoryPath $path -WhatIf");
        Plan("Invoke-Flow { 'ran' } -HistoryPath $path -IdempotencyKey key -WhatIf");
        Plan("1..3 | Invoke-FlowTask t { 'ran' } -CachePolicy Inputs -HistoryPath $path -WhatIf");
        Plan("Start-FlowTask t { 'ran' } -CacheKey key -HistoryPath $path -WhatIf");

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("1..3 | Start-Subflow { $_ } -Parallel -Confirm", "scriptblock for 3 inputs")]
    [InlineData("Start-Subflow { param($N) $N } -Map @{ N = 1..3 } -Confirm", "scriptblock for 3 inputs")]
    [InlineData("{ 1 }, { 2 } | Start-Subflow -Confirm", "2 flows")]
    [InlineData("Start-Subflow { 1 } -Confirm", "\"scriptblock\"")]
    [InlineData("1..3 | Invoke-FlowTask t { $_ } -Confirm -ReturnState", "t for 3 inputs")]
    [InlineData("1..3 | Start-FlowTask t { $_ } -Confirm | Wait-FlowTask | ForEach-Object State", "t for 3 inputs")]
    [InlineData("Invoke-FlowTask t { 1 } -Confirm -ReturnState", "\"t\"")]
    [InlineData("& { $ConfirmPreference = 'Low'; 1..3 | Start-Subflow { $_ } }", "scriptblock for 3 inputs")]
    public void Confirm_asks_once_and_says_how_many(string call, string asked)
    {
        Session.Host.Answers.Enqueue(No);
        Assert.Empty(Run(call).Clean().Output);
        Session.Host.Answers.Enqueue(Yes);
        Assert.NotEmpty(Run(call).Clean().States);

        Assert.Equal(2, Session.Host.Questions.Count);
        Assert.All(Session.Host.Questions, question => Assert.Contains(asked, question, StringComparison.Ordinal));
    }
}
