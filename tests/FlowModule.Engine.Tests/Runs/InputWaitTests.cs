using FlowModule.Engine.History.Input;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>Questions of runs that are not recorded; the tests of the store cover stored ones.</summary>
public class InputWaitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FlowRun _run;
    private int _wakes;

    public InputWaitTests()
    {
        _run = new TestFlow().Run(_time);
        Assert.True(_run.TryStart());
    }

    private InputQuestion Ask(string name = "q", FlowRun? run = null) =>
        MemoryInputs.Instance.Ask(new InputQuestion((run ?? _run).Id, name, $"{name}?") { Asked = _time.GetUtcNow() });

    private InputWait Wait(InputQuestion question, TimeSpan? limit = null) => new(history: null, question, _time, limit, () => _wakes++);

    [Fact]
    public void An_answer_wakes_who_waits_for_it_and_stays()
    {
        using InputWait wait = Wait(Ask());
        Assert.True(MemoryInputs.Instance.Answer(_run.Id, "Q", "yes"));
        InputWait.Wake(_run.Id);

        Assert.Equal(("yes", 1), (wait.Answer, _wakes));
        Assert.False(MemoryInputs.Instance.Answer(_run.Id, "q", "no"));
        Assert.Equal("yes", Ask().Answer);
        InputWait.Wake(_run.Id);
        Assert.Equal(1, _wakes);
    }

    [Fact]
    public void One_that_came_before_the_wait_is_found_at_once()
    {
        InputQuestion question = Ask();
        MemoryInputs.Instance.Answer(_run.Id, "q", "early");
        using InputWait wait = Wait(question);
        Assert.Equal("early", wait.Answer);
    }

    [Fact]
    public void Another_question_and_another_run_are_left_alone()
    {
        FlowRun other = new TestFlow().Run(_time);
        other.TryStart();
        Ask("other");
        Ask("q", other);
        using InputWait wait = Wait(Ask());
        MemoryInputs.Instance.Answer(_run.Id, "other", "x");
        MemoryInputs.Instance.Answer(other.Id, "q", "x");
        InputWait.Wake(_run.Id);
        InputWait.Wake(other.Id);
        Assert.Equal((null, 0), (wait.Answer, _wakes));
        other.Finish();
    }

    [Fact]
    public void The_time_counts_from_when_it_was_asked_first()
    {
        InputQuestion question = Ask();
        using (InputWait first = Wait(question, TimeSpan.FromSeconds(10)))
        {
            _time.Advance(TimeSpan.FromSeconds(6));
            Assert.False(first.IsTimeUp);
        }

        using InputWait second = Wait(Ask(), TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((true, 1), (second.IsTimeUp, _wakes));
        using InputWait third = Wait(Ask(), TimeSpan.FromSeconds(10));
        Assert.True(third.IsTimeUp);
    }

    [Fact]
    public void What_is_open_inside_of_a_run_is_found_by_it()
    {
        FlowRun child = new TestFlow().Run(_time, _run);
        child.TryStart();
        Ask("own");
        Ask("inner", child);
        MemoryInputs.Instance.Answer(_run.Id, "own", "done");

        Assert.Equal(["inner"], MemoryInputs.Instance.Open(_run.Id).Select(question => question.Name));
        child.Finish();
    }
}
