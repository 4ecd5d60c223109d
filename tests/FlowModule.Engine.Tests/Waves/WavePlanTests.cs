using FlowModule.Engine.Waves;

namespace FlowModule.Engine.Tests.Waves;

public class WavePlanTests
{
    private static readonly WaveStep Nothing = new(WaveAction.Nothing);
    private static readonly WaveStep NextWave = new(WaveAction.NextWave);

    private static WavePlan Plan(string waves, int total, int? maxFailures = null, double? maxPercent = null) => new(
        [.. waves.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(WaveSize.Parse)], total, new FailureBudget(maxFailures, maxPercent));

    private static WaveStep End(WavePlan plan, int completed, int failed = 0)
    {
        WaveStep step = default;
        for (int i = 0; i < completed + failed; i++)
        {
            Assert.Equal(Nothing, step);
            step = plan.Ended(i >= completed);
        }

        return step;
    }

    /// <summary>The total that each wave reaches, if all runs complete.</summary>
    private static int[] Reach(WavePlan plan)
    {
        List<int> reached = [];
        for (int ended = 0; ended < plan.Released; ended++)
        {
            if (reached.Count == 0 || reached[^1] != plan.Released)
            {
                reached.Add(plan.Released);
                Assert.Equal(reached.Count, plan.Wave);
            }

            plan.Ended(failed: false);
        }

        Assert.Equal(reached.Count, plan.WaveCount);
        return [.. reached];
    }

    [Theory]
    [InlineData("1,10%,100%", 50, new[] { 1, 5, 50 })]
    [InlineData("1,10%", 50, new[] { 1, 5, 50 })]
    [InlineData("1,10%,100%", 7, new[] { 1, 7 })]
    [InlineData("5,3,5,20%,8", 30, new[] { 5, 6, 8, 30 })]
    [InlineData("100", 30, new[] { 30 })]
    [InlineData("100%", 30, new[] { 30 })]
    [InlineData("2.5%", 100, new[] { 3, 100 })]
    [InlineData("1", 1, new[] { 1 })]
    [InlineData("", 30, new[] { 30 })]
    [InlineData("1,10%", 0, new int[0])]
    [InlineData("", 0, new int[0])]
    public void Waves_reach_so_far_and_the_rest_follows(string waves, int total, int[] expected) => Assert.Equal(expected, Reach(Plan(waves, total)));

    [Fact]
    public void The_next_wave_starts_when_all_of_the_last_have_ended()
    {
        WavePlan plan = Plan("2,50%", 10);

        Assert.Equal(2, plan.Released);
        Assert.Equal(Nothing, plan.Ended(false));
        Assert.Equal(2, plan.Released);
        Assert.Equal(NextWave, plan.Ended(false));
        Assert.Equal(5, plan.Released);
        Assert.Equal(NextWave, End(plan, 3));
        Assert.Equal(10, plan.Released);
        Assert.Equal(Nothing, End(plan, 5));
        Assert.Equal((0, false), (plan.Failures, plan.IsStopped));
    }

    [Fact]
    public void Failures_within_the_budget_do_not_stop_the_next_wave()
    {
        WavePlan plan = Plan("2,50%", 10, maxFailures: 2);

        Assert.Equal(NextWave, End(plan, 0, 2));
        Assert.Equal(5, plan.Released);
    }

    [Fact]
    public void The_next_wave_is_not_started_when_too_many_failed()
    {
        WavePlan plan = Plan("10,50%,100%", 100, maxFailures: 1);

        WaveStep step = End(plan, 8, 2);

        Assert.Equal(new WaveStep(WaveAction.Stop, "Wave 2 of 3 was not started: 2 of 10 subflow runs failed, which is more than -MaxFailures 1."), step);
        Assert.Equal((10, 2, true), (plan.Released, plan.Failures, plan.IsStopped));
    }

    [Fact]
    public void Too_many_failures_stop_a_wave_at_once_and_only_once()
    {
        WavePlan plan = Plan("10,50%", 100, maxPercent: 1.5);
        Assert.Equal(NextWave, End(plan, 9, 1));

        WaveStep step = End(plan, 3, 1);

        Assert.Equal(new WaveStep(WaveAction.Stop, "Wave 2 of 3 was stopped: 2 of 50 subflow runs failed, which is more than -MaxFailurePercent 1.5."), step);
        Assert.Equal(Nothing, End(plan, 0, 46));
        Assert.Equal((50, 2), (plan.Released, plan.Failures));
    }

    [Fact]
    public void With_waves_and_no_budget_none_may_fail()
    {
        const string Message = "Wave 2 of 2 was not started: 1 of 1 subflow runs failed, which is more than -MaxFailures 0, the default.";

        Assert.Equal(new WaveStep(WaveAction.Stop, Message), Plan("1", 100).Ended(true));
        Assert.Equal(new WaveStep(WaveAction.Stop, Message), new WavePlan([new WaveSize(1)], 100, null).Ended(true));
    }

    [Fact]
    public void When_the_last_of_all_is_one_too_many_there_is_no_wave_to_speak_of()
    {
        WavePlan plan = Plan("1", 3, maxFailures: 0);
        Assert.Equal(NextWave, plan.Ended(false));

        WaveStep step = End(plan, 1, 1);

        Assert.Equal(new WaveStep(WaveAction.Stop, "1 of 3 subflow runs failed, which is more than -MaxFailures 0."), step);
    }

    [Fact]
    public void Without_waves_all_is_released_and_the_budget_counts_alone()
    {
        WavePlan plan = Plan(string.Empty, 200, maxFailures: 2);

        Assert.Equal(200, plan.Released);
        WaveStep step = End(plan, 20, 3);

        Assert.Equal(new WaveStep(WaveAction.Stop, "3 of 200 subflow runs failed, which is more than -MaxFailures 2."), step);
    }

    [Fact]
    public void Without_waves_and_budget_nothing_stops()
    {
        Assert.Equal(Nothing, End(Plan(string.Empty, 20), 5, 15));
        Assert.Equal(Nothing, End(new WavePlan([], 20, null), 5, 15));
    }
}
