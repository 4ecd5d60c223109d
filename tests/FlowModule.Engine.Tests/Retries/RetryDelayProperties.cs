using FlowModule.Engine.Retries;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Retries;

public class RetryDelayProperties
{
    /// <summary>A policy and one failure, in a printable form.</summary>
    public sealed record Case(double[] Seconds, RetryBackoff Backoff, double? Max, double Jitter, int Retry, double? RetryAfter, double Chance)
    {
        internal RetryPolicy Policy => new() { Count = int.MaxValue, DelaySeconds = Seconds, Backoff = Backoff, MaxDelaySeconds = Max, Jitter = Jitter };

        internal TimeSpan Delay(int? retry = null) =>
            RetryDelay.Before(Policy, retry ?? Retry, RetryAfter is { } after ? TimeSpan.FromSeconds(after) : null, () => Chance);

        public override string ToString() =>
            $"[{string.Join(", ", Seconds)}] {Backoff}, max {Max}, jitter {Jitter}, retry {Retry}, retry after {RetryAfter}, chance {Chance}";
    }

    private static Arbitrary<Case> Cases
    {
        get
        {
            Gen<double> seconds = Gen.Frequency(
                (6, Gen.Choose(0, 5_000).Select(value => value / 10.0)),
                (1, Gen.Elements(0, 1e-9, 86_400, 1e9, 1e300, double.MaxValue)));
            Gen<double?> maybe = Gen.Frequency((1, Gen.Constant<double?>(null)), (1, Gen.Choose(0, 20_000).Select(value => (double?)(value / 10.0))));
            return (from count in Gen.Choose(0, 4)
                    from list in seconds.ArrayOf(count)
                    from backoff in Gen.Elements(Enum.GetValues<RetryBackoff>())
                    from max in maybe
                    from jitter in Gen.Frequency((1, Gen.Constant(0.0)), (2, Gen.Choose(0, 100).Select(value => value / 100.0)))
                    from retry in Gen.Frequency((8, Gen.Choose(1, 12)), (1, Gen.Elements(64, 1_024, 2_000, int.MaxValue)))
                    from after in maybe
                    from chance in Gen.Choose(0, 999).Select(value => value / 1_000.0)
                    select new Case(list, backoff, max, jitter, retry, after, chance)).ToArbitrary();
        }
    }

    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Property(MaxTest = 1000)]
    public Property A_delay_is_one_that_a_timer_takes() =>
        Prop.ForAll(Cases, sample => Assert.InRange(sample.Delay(), TimeSpan.Zero, RetryDelay.Longest));

    [Property(MaxTest = 1000)]
    public Property Jitter_stays_within_its_bounds_about_the_delay_without_it() => Prop.ForAll(Cases, sample =>
    {
        sample = sample with { RetryAfter = null, Max = null };
        TimeSpan plain = (sample with { Jitter = 0 }).Delay();
        if (plain == RetryDelay.Longest)
        {
            // The delay was cut, so its parts are unknown here.
            return;
        }

        TimeSpan least = (plain * (1 - sample.Jitter)) - Tick;
        TimeSpan most = (plain * (1 + sample.Jitter)) + Tick;
        Assert.InRange(sample.Delay(), least, most);
    });

    [Property(MaxTest = 1000)]
    public Property A_retry_waits_no_shorter_than_the_one_before_once_the_list_is_through() => Prop.ForAll(Cases, sample =>
    {
        int retry = Math.Max(sample.Retry, sample.Seconds.Length);
        if (retry is > 0 and < int.MaxValue)
        {
            Assert.True(sample.Delay(retry) <= sample.Delay(retry + 1));
        }
    });

    [Property(MaxTest = 1000)]
    public Property The_cap_holds_unless_the_failure_asks_for_more() => Prop.ForAll(Cases, sample =>
    {
        if (sample.Max is { } max)
        {
            Assert.True(sample.Delay() <= TimeSpan.FromSeconds(Math.Max(max, sample.RetryAfter ?? 0)));
        }
    });

    [Property(MaxTest = 1000)]
    public Property No_retry_comes_before_the_failure_allows_it() => Prop.ForAll(Cases, sample =>
        Assert.True(sample.Delay() >= TimeSpan.FromSeconds(sample.RetryAfter ?? 0)));

    [Property(MaxTest = 1000)]
    public Property The_list_is_kept_to_whatever_the_backoff() => Prop.ForAll(Cases, sample =>
    {
        sample = sample with { RetryAfter = null, Max = null, Jitter = 0 };
        for (int i = 0; i < sample.Seconds.Length; i++)
        {
            double expected = Math.Min(sample.Seconds[i], RetryDelay.Longest.TotalSeconds);
            Assert.Equal(expected, sample.Delay(i + 1).TotalSeconds, tolerance: 1e-6);
        }
    });
}
