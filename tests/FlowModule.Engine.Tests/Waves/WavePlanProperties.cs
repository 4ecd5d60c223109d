using FlowModule.Engine.Waves;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Waves;

public class WavePlanProperties
{
    public sealed record Case(string[] Waves, int Total, int? MaxFailures, int? MaxPercent, bool[] Fails)
    {
        internal FailureBudget Budget => new(MaxFailures, MaxPercent);

        internal WavePlan Plan => new([.. Waves.Select(WaveSize.Parse)], Total, Budget);

        public override string ToString() =>
            $"{Total} runs in waves [{string.Join(", ", Waves)}], may fail {MaxFailures} or {MaxPercent} %, fail: {string.Concat(Fails.Select(fails => fails ? 'x' : '.'))}";
    }

    private static Arbitrary<Case> Cases
    {
        get
        {
            Gen<string> wave = Gen.OneOf(Gen.Choose(1, 60).Select(count => $"{count}"), Gen.Choose(1, 100).Select(percent => $"{percent}%"));
            return (from count in Gen.Choose(0, 5)
                    from waves in wave.ArrayOf(count)
                    from total in Gen.Choose(0, 60)
                    from max in Gen.Frequency((1, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 6).Select(value => (int?)value)))
                    from percent in Gen.Frequency((1, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 30).Select(value => (int?)value)))
                    from likely in Gen.Choose(0, 20)
                    from fails in Gen.Choose(0, 99).Select(value => value < likely).ArrayOf(total)
                    select new Case(waves, total, max, percent, fails)).ToArbitrary();
        }
    }

    [Property(MaxTest = 1000)]
    public Property When_none_fails_everything_is_released_in_growing_waves() => Prop.ForAll(Cases, sample =>
    {
        WavePlan plan = sample.Plan;
        int waves = Math.Min(sample.Total, 1);
        for (int ended = 1; ended <= sample.Total; ended++)
        {
            int before = plan.Released;
            WaveStep step = plan.Ended(failed: false);

            // It grows exactly when it says so, and only if no released run is left.
            Assert.Equal(plan.Released > before, step.Action == WaveAction.NextWave);
            Assert.True(plan.Released == before || ended == before);
            waves += step.Action == WaveAction.NextWave ? 1 : 0;
        }

        Assert.Equal(sample.Total, plan.Released);
        Assert.Equal(waves, plan.WaveCount);
        Assert.False(plan.IsStopped);
    });

    [Property(MaxTest = 1000)]
    public Property Whatever_fails_no_wave_starts_before_the_last_has_ended_within_the_budget() => Prop.ForAll(Cases, sample =>
    {
        int[] targets = [.. sample.Waves.Select(WaveSize.Parse).Select(size => size.Of(sample.Total)).Append(sample.Total)];
        FailureBudget budget = sample.Budget.IsGiven || sample.Waves.Length == 0 ? sample.Budget : new FailureBudget(0, null);
        WavePlan plan = sample.Plan;
        int ended = 0;
        int failures = 0;
        while (ended < plan.Released)
        {
            int released = plan.Released;
            Assert.Contains(released, targets.Length == 1 ? [sample.Total] : targets);
            bool fails = sample.Fails[ended++];
            failures += fails ? 1 : 0;
            WaveStep step = plan.Ended(fails);

            bool exceeded = budget.IsExceeded(failures, sample.Total);
            Assert.Equal(exceeded, step.Action == WaveAction.Stop);
            Assert.Equal(exceeded, step.Message is not null);
            Assert.Equal(exceeded, plan.IsStopped);
            if (exceeded)
            {
                Assert.True(fails);
                Assert.Equal(released, plan.Released);
                Assert.StartsWith($"{failures} of {released} subflow runs failed", step.Message![(step.Message!.IndexOf(": ", StringComparison.Ordinal) + 1)..].TrimStart(), StringComparison.Ordinal);
                return;
            }

            Assert.True(plan.Released == released || ended == released);
        }

        Assert.Equal(sample.Total, ended);
    });
}
