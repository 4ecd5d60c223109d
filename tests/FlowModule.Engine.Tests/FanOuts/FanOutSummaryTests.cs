using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.FanOuts;

public sealed class FanOutSummaryTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 31, 3, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly FanOutCounts _counts;

    public FanOutSummaryTests() => _counts = new FanOutCounts(_time, total: null);

    private FlowState Add(StateType type, string input = "x", string? message = null, string? name = null)
    {
        _counts.Added();
        var state = new FlowState(new TestFlow(input: input).Run(runName: name), type, default, message: message);
        _counts.Ended(state);
        return state;
    }

    [Fact]
    public void One_run_alone_is_not_summed_up()
    {
        Add(StateType.Failed);

        Assert.Null(FanOutSummary.Of(_counts, RunKind.Subflow, Now));
    }

    [Fact]
    public void It_says_how_many_ended_how_in_what_time_and_which_failed_for_what_and_why()
    {
        FlowState failed = Add(StateType.Failed, "host-50", "Flow run encountered an exception. RuntimeException: it\n  broke");
        _time.Advance(TimeSpan.FromSeconds(16.2));
        FlowState crashed = Add(StateType.Crashed, "host-100");
        Add(StateType.Cancelled);
        Add(StateType.Completed);

        Assert.Equal(
            $"""
            03:00:00.000 | 4 subflow runs ended in 16.200 s: 1 Completed, 1 Failed, 1 Crashed, 1 Cancelled.
                Failed '{failed.Run.Name}' (host-50): RuntimeException: it broke
                Crashed '{crashed.Run.Name}' (host-100): Crashed
            """.ReplaceLineEndings("\n"),
            FanOutSummary.Of(_counts, RunKind.Subflow, Now)!.ToString());
    }

    [Fact]
    public void An_input_that_is_by_chance_in_the_random_name_of_its_run_is_said()
    {
        Add(StateType.Failed, "b", name: "cosmic-buzzard");
        Add(StateType.Failed, "b", name: "check b");

        string text = FanOutSummary.Of(_counts, RunKind.Subflow, Now)!.Text;

        Assert.Contains("Failed 'cosmic-buzzard' (b):", text, StringComparison.Ordinal);
        Assert.Contains("Failed 'check b':", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_names_ten_failures_and_counts_the_others()
    {
        for (int i = 0; i < 13; i++)
        {
            Add(StateType.Failed, $"host-{i}");
        }

        string[] lines = FanOutSummary.Of(_counts, RunKind.Task, Now)!.Text.Split('\n');

        Assert.Equal(12, lines.Length);
        Assert.Equal("13 task runs ended in 0.000 s: 13 Failed.", lines[0]);
        Assert.Contains("(host-9)", lines[10], StringComparison.Ordinal);
        Assert.Equal("    and 3 more", lines[11]);
    }
}
