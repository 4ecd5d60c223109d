using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Resuming;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

public class WaitInputTests : ResumeTest
{
    private readonly FlowSession _person;

    public WaitInputTests() => _person = OtherSession();

    /// <summary>Starts a flow in the background and waits until it asks its question.</summary>
    private RunningScript StartWaiting(string body, string options = "")
    {
        var script = new RunningScript(Session, $$"""New-Flow {{Unique}} -RunName {{Unique}} {{options}} { {{body}} } | Invoke-Flow""");
        WaitForQuestion();
        return script;
    }

    private void WaitForQuestion() => Assert.True(
        SpinWait.SpinUntil(() => ActiveRuns.All().Any(run => run.Root().Name == Unique && run.State.Name == "AwaitingInput"), TimeSpan.FromSeconds(60)), "Nothing waits.");

    private static object? ResultOf(RunningScript script)
    {
        script.WaitForEnd();
        var state = Assert.IsType<FlowState>(Assert.Single(script.Output));
        return state.Result is System.Management.Automation.PSObject wrapped ? wrapped.BaseObject : state.Result;
    }

    [Fact]
    public void The_run_is_Paused_with_the_prompt_until_a_checked_answer_comes()
    {
        using RunningScript script = StartWaiting("$a = Wait-FlowInput 'Deploy to production?' -Type [bool]; $a.GetType().Name + $a");
        FlowRunRecord record = Histories.Default!.Find(new RunQuery { Names = [Unique] })[0];
        Assert.Equal((StateType.Paused, "AwaitingInput", "Deploy to production?"), (record.State.Type, record.State.Name, record.State.Message));

        Assert.Equal("FlowRunNotResumable,FlowModule.Commands.ResumeFlowRunCommand", _person.Run($"Resume-FlowRun {Unique}").OnlyError.FullyQualifiedErrorId);
        Assert.Equal("FlowInputInvalid,FlowModule.Commands.ResumeFlowRunCommand", _person.Run($"Resume-FlowRun {Unique} -InputObject perhaps").OnlyError.FullyQualifiedErrorId);
        Assert.Equal("FlowInputNotFound,FlowModule.Commands.ResumeFlowRunCommand", _person.Run($"Resume-FlowRun {Unique} -InputObject yes -InputName other").OnlyError.FullyQualifiedErrorId);
        Assert.Empty(_person.Run($"Resume-FlowRun {Unique} -InputObject no").Clean().Output);

        Assert.Equal("BooleanFalse", ResultOf(script));
        Assert.Equal("FlowInputNotFound,FlowModule.Commands.ResumeFlowRunCommand", _person.Run($"Resume-FlowRun {Unique} -InputObject yes").OnlyError.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("-Type [int]", "'17'", "Int32 17")]
    [InlineData("-Type datetime", "2026-07-20", "DateTime 07/20/2026 00:00:00")]
    [InlineData("-Choice Blue, Green", "green", "String Green")]
    [InlineData("-Type ([DayOfWeek])", "friday", "DayOfWeek Friday")]
    [InlineData("", "@{ a = 1 }", "Hashtable System.Collections.Hashtable")]
    public void An_answer_is_of_the_type_and_among_the_choices_that_were_asked_for(string options, string answer, string expected)
    {
        using RunningScript script = StartWaiting($"$a = Wait-FlowInput 'What?' {options}; \"$($a.GetType().Name) $a\"");
        _person.Run($"Resume-FlowRun {Unique} -InputObject {answer}").Clean();
        Assert.Equal(expected, ResultOf(script));
    }

    [Fact]
    public void One_question_inside_is_answered_by_the_name_of_the_flow_run_and_several_by_theirs()
    {
        using RunningScript script = StartWaiting(
            "1..2 | Start-Subflow -Parallel -ThrottleLimit 2 -KeepOrder -Flow { Invoke-FlowTask ask { \"$_ $(Wait-FlowInput \"Question $_\" -Name \"q$_\")\" } -InputObject $_ } | Receive-FlowResult");
        Assert.True(SpinWait.SpinUntil(() => ActiveRuns.All().Count(run => run.Root().Name == Unique && run.State.Name == "AwaitingInput") == 2, TimeSpan.FromSeconds(60)));

        Assert.Equal("FlowInputAmbiguous,FlowModule.Commands.ResumeFlowRunCommand", _person.Run($"Resume-FlowRun {Unique} -InputObject a").OnlyError.FullyQualifiedErrorId);
        _person.Run($"Resume-FlowRun {Unique} -InputObject a -InputName q2").Clean();
        _person.Run($"Resume-FlowRun {Unique} -InputObject b").Clean();
        Assert.Equal(["1 b", "2 a"], Assert.IsType<object[]>(ResultOf(script)).Select(item => item.ToString()));
    }

    [Fact]
    public void When_the_time_is_up_the_default_is_the_answer_or_the_body_gets_an_error()
    {
        ScriptResult byDefault = Run($$"""New-Flow {{Unique}} { Wait-FlowInput 'Go?' -TimeoutSeconds 0.05 -Default 'stay' -Choice go, stay } | Invoke-Flow""").Clean();
        Assert.Equal("stay", byDefault.Result);
        ScriptResult error = Run($$"""New-Flow {{Unique}} { Wait-FlowInput 'Go?' -TimeoutSeconds 0.05; 'not reached' } | Invoke-Flow""");
        Assert.Equal((StateType.Failed, "FlowInputTimedOut,FlowModule.Commands.WaitFlowInputCommand"), (error.State.Type, error.OnlyError.FullyQualifiedErrorId));
        ScriptResult wrong = Run($$"""New-Flow {{Unique}} { Wait-FlowInput 'Go?' -TimeoutSeconds 1 -Default 'other' -Choice go, stay } | Invoke-Flow""");
        Assert.Equal("FlowInputInvalid,FlowModule.Commands.WaitFlowInputCommand", wrong.OnlyError.FullyQualifiedErrorId);
        ScriptResult never = Run($$"""New-Flow {{Unique}} { Wait-FlowInput 'Go?' -Default 1 } | Invoke-Flow""");
        Assert.Equal("FlowInputDefaultWithoutTimeout,FlowModule.Commands.WaitFlowInputCommand", never.OnlyError.FullyQualifiedErrorId);
    }

    [Fact]
    public void What_was_answered_is_not_asked_again_by_a_run_that_goes_on_or_is_retried()
    {
        Run("$left = [pscustomobject]@{ Value = 2 }");
        using RunningScript script = StartWaiting("$a = Wait-FlowInput 'A?'; $log.Add(\"answer $a\"); if ($left.Value--) { throw 'after the answer' }; $a", "-Retry 1");
        _person.Run($"Resume-FlowRun {Unique} -InputObject 5").Clean();
        script.WaitForEnd();

        Assert.Equal(["answer 5", "answer 5"], TakeLog());
        Assert.Equal(5, Run($"Resume-FlowRun {Unique}").Clean().Result);
    }

    [Fact]
    public void With_Suspend_no_process_waits_and_the_answer_resumes_the_run()
    {
        ScriptResult suspended = Run($$"""
            New-Flow {{Unique}} -RunName {{Unique}} {
                Invoke-FlowTask before { $log.Add('before') }
                Start-Subflow -Flow { "answer: $(Wait-FlowInput 'Go on?' -Type [bool] -Suspend)" }
            } | Invoke-Flow
            """).Clean();
        Assert.Equal((StateType.Paused, "Suspended", "Waits for an answer: Go on?"), (suspended.State.Type, suspended.State.Name, suspended.State.Message));

        // Resumed without an answer, it asks again and is suspended again.
        Assert.Equal("Suspended", Run($"Resume-FlowRun {Unique}").Clean().State.Name);
        ScriptResult resumed = Run($"Resume-FlowRun {Unique} -InputObject yes | Receive-FlowResult").Clean();
        Assert.Equal(["answer: True"], resumed.Output);
        Assert.Equal(["before"], TakeLog());
    }

    [Fact]
    public void A_wait_ends_at_once_when_the_run_is_stopped_or_its_time_is_up()
    {
        using RunningScript stopped = StartWaiting("try { Invoke-FlowTask ask { Wait-FlowInput 'Go?' } } finally { $log.Add('finally') }");
        _person.Run($"Stop-FlowRun {Unique}").Clean();
        stopped.WaitForEnd();
        Assert.Equal(StateType.Cancelled, Assert.IsType<FlowState>(stopped.Output[^1]).Type);
        Assert.Equal(["finally"], TakeLog());
        ScriptResult timedOut = Run($$"""New-Flow {{Unique}}-2 -TimeoutSeconds 0.2 { Wait-FlowInput 'Go?' } | Invoke-Flow""");
        Assert.Equal("TimedOut", timedOut.State.Name);
    }

    [Fact]
    public void Ctrl_C_ends_a_wait()
    {
        using RunningScript script = StartWaiting("try { Wait-FlowInput 'Go?' } finally { $log.Add('finally') }");
        script.Stop();
        Assert.Equal(["finally"], TakeLog());
        Assert.DoesNotContain(ActiveRuns.All(), run => run.Name == Unique);
    }

    [Fact]
    public void A_run_that_waits_lends_its_slot()
    {
        Run("New-FlowLimit waiting-input -MaxConcurrency 1 | Out-Null");
        using RunningScript script = StartWaiting("Wait-FlowInput 'Go?'", "-Limit waiting-input");
        Assert.Equal(2, _person.Run($$"""New-Flow {{Unique}}-2 -Limit waiting-input { 2 } | Invoke-Flow""").Clean().Result);
        _person.Run($"Resume-FlowRun {Unique} -InputObject 1; Remove-FlowLimit waiting-input").Clean();
        Assert.Equal(1, ResultOf(script));
    }

    /// <summary>The answering command may look again only after the run has continued and ended: then there is nothing to resume.</summary>
    [Theory]
    [InlineData(false, StateType.Paused, true, StateType.Completed, false)]
    [InlineData(false, StateType.Paused, true, StateType.Failed, false)]
    [InlineData(false, StateType.Paused, false, StateType.Running, false)]
    [InlineData(false, StateType.Paused, true, StateType.Paused, true)]
    [InlineData(true, StateType.Paused, true, StateType.Paused, true)]
    [InlineData(true, StateType.Crashed, true, StateType.Crashed, true)]
    public void An_answered_run_is_resumed_when_nothing_executes_it(bool wasOver, StateType before, bool isOver, StateType after, bool expected) =>
        Assert.Equal(expected, RunResumer.IsLeft(Record(wasOver, before), Record(isOver, after)));

    private static FlowRunRecord Record(bool isOver, StateType type)
    {
        var run = new RunRow
        {
            Id = Guid.Empty,
            RootId = Guid.Empty,
            Name = "r",
            Flow = new FlowRow("f", []),
            Kind = RunKind.Flow,
            CreatedTime = DateTimeOffset.UnixEpoch,
        };
        var state = new FlowStateRecord(type, type.ToString(), message: null, DateTimeOffset.UnixEpoch);
        return new FlowRunRecord(Histories.Default!, new RunSnapshot(run, state) { StateCount = 1, IsOver = isOver }, DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Outside_of_a_run_nobody_waits() =>
        Assert.Equal("FlowRunMissing,FlowModule.Commands.WaitFlowInputCommand", Run("Wait-FlowInput 'Go?'").OnlyError.FullyQualifiedErrorId);
}
