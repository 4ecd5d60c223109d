using FlowModule.Engine.Retries;

namespace FlowModule.Engine.Tests.Retries;

public class RetryDelayTests
{
    private static RetryPolicy Policy(RetryBackoff backoff, params double[] seconds) => new() { Count = 10, Backoff = backoff, DelaySeconds = seconds };

    private static double[] Seconds(RetryPolicy policy, int count, double chance = 0.5) =>
        [.. Enumerable.Range(1, count).Select(retry => RetryDelay.Before(policy, retry, null, () => chance).TotalSeconds)];

    [Fact]
    public void No_policy_is_no_retry_and_no_delay()
    {
        Assert.Equal(0, RetryPolicy.None.Count);
        Assert.Equal([0, 0, 0], Seconds(RetryPolicy.None, 3));
        Assert.Equal([0, 0], Seconds(RetryPolicy.None with { Backoff = RetryBackoff.Exponential, Jitter = 1, MaxDelaySeconds = 5 }, 2));
    }

    [Theory]
    [InlineData(RetryBackoff.Constant, new double[] { 10, 10, 10, 10 })]
    [InlineData(RetryBackoff.Linear, new double[] { 10, 20, 30, 40 })]
    [InlineData(RetryBackoff.Exponential, new double[] { 10, 20, 40, 80 })]
    public void One_delay_backs_off_from_the_first_retry(RetryBackoff backoff, double[] expected) =>
        Assert.Equal(expected, Seconds(Policy(backoff, 10), 4));

    [Theory]
    [InlineData(RetryBackoff.Constant, new double[] { 1, 30, 5, 5, 5 })]
    [InlineData(RetryBackoff.Linear, new double[] { 1, 30, 5, 10, 15 })]
    [InlineData(RetryBackoff.Exponential, new double[] { 1, 30, 5, 10, 20 })]
    public void A_list_is_taken_as_it_is_and_backs_off_from_its_last_value(RetryBackoff backoff, double[] expected) =>
        Assert.Equal(expected, Seconds(Policy(backoff, 1, 30, 5), 5));

    [Fact]
    public void The_cap_holds_for_every_delay()
    {
        RetryPolicy policy = Policy(RetryBackoff.Exponential, 10) with { MaxDelaySeconds = 25 };

        Assert.Equal([10, 20, 25, 25], Seconds(policy, 4));
        Assert.Equal([25], Seconds(Policy(RetryBackoff.Constant, 60) with { MaxDelaySeconds = 25 }, 1));
    }

    [Fact]
    public void The_cap_comes_after_the_jitter()
    {
        RetryPolicy policy = Policy(RetryBackoff.Constant, 20) with { MaxDelaySeconds = 22, Jitter = 0.5 };

        Assert.Equal([10], Seconds(policy, 1, chance: 0));
        Assert.Equal([20], Seconds(policy, 1, chance: 0.5));
        Assert.Equal([22], Seconds(policy, 1, chance: 0.99));
    }

    [Theory]
    [InlineData(0.0, 8.0)]
    [InlineData(0.25, 9.0)]
    [InlineData(0.5, 10.0)]
    [InlineData(0.75, 11.0)]
    public void Jitter_spreads_evenly_about_the_delay(double chance, double expected) =>
        Assert.Equal(expected, Seconds(Policy(RetryBackoff.Constant, 10) with { Jitter = 0.2 }, 1, chance)[0], precision: 6);

    [Fact]
    public void Chance_is_asked_only_where_there_is_jitter()
    {
        static double Never() => throw new InvalidOperationException("There is no jitter.");

        Assert.Equal(TimeSpan.FromSeconds(3), RetryDelay.Before(Policy(RetryBackoff.Linear, 3), 1, null, Never));
        Assert.Equal(TimeSpan.Zero, RetryDelay.Before(Policy(RetryBackoff.Linear, 0) with { Jitter = 1 }, 1, null, Never));
    }

    [Fact]
    public void What_the_failure_asks_for_is_the_least_and_knows_no_cap()
    {
        RetryPolicy policy = Policy(RetryBackoff.Constant, 10) with { MaxDelaySeconds = 10, Jitter = 0.75 };

        Assert.Equal(TimeSpan.FromSeconds(120), RetryDelay.Before(policy, 1, TimeSpan.FromSeconds(120), () => 0));
        Assert.Equal(TimeSpan.FromSeconds(5), RetryDelay.Before(policy, 1, TimeSpan.FromSeconds(5), () => 0));
        Assert.Equal(TimeSpan.FromSeconds(10), RetryDelay.Before(policy, 1, TimeSpan.FromSeconds(5), () => 0.9));
        Assert.Equal(TimeSpan.FromSeconds(2.5), RetryDelay.Before(policy, 1, TimeSpan.FromSeconds(-7), () => 0));
    }

    [Fact]
    public void No_delay_is_longer_than_a_timer_takes()
    {
        Assert.Equal([RetryDelay.Longest.TotalSeconds], Seconds(Policy(RetryBackoff.Constant, double.MaxValue), 1));
        Assert.Equal([RetryDelay.Longest.TotalSeconds], Seconds(Policy(RetryBackoff.Constant, double.PositiveInfinity) with { Jitter = 0.5 }, 1));
        Assert.Equal(RetryDelay.Longest, RetryDelay.Before(RetryPolicy.None, 1, TimeSpan.MaxValue, () => 0));
        foreach (RetryBackoff backoff in (RetryBackoff[])[RetryBackoff.Linear, RetryBackoff.Exponential])
        {
            Assert.Equal(RetryDelay.Longest, RetryDelay.Before(Policy(backoff, 1), int.MaxValue, null, () => 0));
            Assert.Equal(TimeSpan.Zero, RetryDelay.Before(Policy(backoff, 1, 0), int.MaxValue, null, () => 0));
        }

        using var timer = new Timer(_ => { });
        Assert.True(timer.Change(RetryDelay.Longest, Timeout.InfiniteTimeSpan));
    }
}
