using FlowModule.Engine.FanOuts;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FlowModule.Engine.Waves;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>What the end of one run means for the others, whoever runs them.</summary>
public class FanOutOutcomeTests
{
    private static readonly TestFlow Flow = new();

    private readonly FlowRun _parent = Flow.Run();

    [Fact]
    public void The_run_that_wins_a_race_stops_the_rest()
    {
        FanOutOutcome outcome = New(new FanOutOptions { First = 2 });

        Assert.Null(outcome.Add(1, Child(), out _));
        Assert.False(outcome.RaceIsWon);
        Assert.Equal("2 other subflow(s) completed first.", outcome.Add(0, Child(), out _)?.Message);
        Assert.True(outcome.RaceIsWon);
    }

    [Fact]
    public void Those_that_lose_a_race_are_not_children_that_count()
    {
        FanOutOutcome outcome = New(new FanOutOptions { First = 1 });
        outcome.Add(0, Child(TestErrors.Failure("it broke")), out _);
        outcome.Add(1, Child(), out _);
        outcome.Add(2, Child(TestErrors.Failure("it broke")), out _);

        Assert.Null(outcome.Flush());
        Assert.Equal((1, 1), (_parent.CurrentAttempt.Children.Total, _parent.CurrentAttempt.Children.Completed));
    }

    [Fact]
    public void A_failure_stops_the_rest_where_that_is_asked_for_and_only_there()
    {
        FlowState failed = Child(TestErrors.Failure("it broke"));

        Assert.Equal(
            $"Subflow run '{failed.Run.Name}' ended in state Failed.", New(new FanOutOptions { StopOnFailure = true }).Add(0, failed, out _)?.Message);
        Assert.Null(New(new FanOutOptions()).Add(0, failed, out _));
    }

    [Fact]
    public void A_wave_in_which_too_many_failed_stops_the_rest()
    {
        FanOutOutcome outcome = New(new FanOutOptions { Waves = new WavePlan([new WaveSize(1)], 3, budget: null) });

        Assert.Equal(1, outcome.Startable(next: 0, count: 3));
        Assert.Contains("Wave 2 of 2 was not started", outcome.Add(0, Child(TestErrors.Failure("it broke")), out _)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wave_that_is_over_lets_the_next_one_start()
    {
        FanOutOutcome outcome = New(new FanOutOptions { Waves = new WavePlan([new WaveSize(1)], 3, budget: null) });
        outcome.Add(0, Child(), out _);

        Assert.Equal(2, outcome.Startable(next: 1, count: 2));
    }

    [Fact]
    public void States_that_somebody_else_gives_are_neither_emitted_nor_counted_here()
    {
        FanOutOutcome outcome = New(new FanOutOptions { GivesStates = false });
        outcome.Add(0, Child(), out List<FlowState>? emitted);

        Assert.Null(emitted);
        Assert.Equal((0, 1), (_parent.CurrentAttempt.Children.Total, outcome.Counts.Done));
    }

    private static FanOutOutcome New(FanOutOptions options) => new(options, new FanOutCounts(TimeProvider.System, options.Total));

    private FlowState Child(RunFailure? failure = null) => Flow.Run(parent: _parent).Finish(failure: failure);
}
