using System.Diagnostics;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests.Faults;

public sealed class KilledSchedulerTests
{
    private const int Ticks = 1_000;
    private const int FewestKills = 3;
    private const int LongestLife = 1_500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Each tick began exactly once, and has completed; or it is reported as crashed, and began at most once.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public void OfTwoSchedulersOneIsKilledAgainAndAgainAndEachTimeRunsOnceOrIsReported()
    {
        using var file = new TestFile();
        string effects = Directory.CreateDirectory(file.Path + ".effects").FullName;
        DateTimeOffset anchor = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var random = new Random(1);
        var schedulers = new SchedulingProcess[] { new(file.Path, effects, anchor), new(file.Path, effects, anchor) };
        try
        {
            Array.ForEach(schedulers, scheduler => scheduler.UntilReady());
            int kills = 0;
            var watch = Stopwatch.StartNew();
            while (kills < FewestKills || Count(file, StateType.Completed) < Ticks || Count(file, StateType.Crashed) == 0)
            {
                Assert.True(watch.Elapsed < Patience, $"{kills} were killed, and not enough has come of it.");

                // Any moment is a valid test.
                Thread.Sleep(random.Next(LongestLife));
                int which = kills++ % 2;
                schedulers[which].Kill();
                schedulers[which].Dispose();
                schedulers[which] = new SchedulingProcess(file.Path, effects, anchor);
                schedulers[which].UntilReady();
            }

            Assert.All(schedulers, scheduler => Assert.Equal(string.Empty, scheduler.End()));
        }
        finally
        {
            Array.ForEach(schedulers, scheduler => scheduler.Dispose());
        }

        Check(file, [.. Directory.GetFiles(effects).SelectMany(File.ReadAllLines)], anchor);
    }

    private static void Check(TestFile file, string[] effects, DateTimeOffset anchor)
    {
        var began = effects.Where(line => line.StartsWith("begin ", StringComparison.Ordinal)).GroupBy(line => line["begin ".Length..]).ToDictionary(group => group.Key, group => group.Count());
        var ended = effects.Where(line => line.StartsWith("end ", StringComparison.Ordinal)).Select(line => line["end ".Length..]).ToHashSet();
        Assert.All(began, line => Assert.Equal(1, line.Value));
        int crashed = 0;
        foreach (ScheduledFlow flow in SchedulingProcess.FlowsFrom(anchor))
        {
            IReadOnlyList<TickRow> ticks = file.History.Schedules.Last(flow.Name, int.MaxValue);
            Assert.Equal(ticks.Count, ticks.Select(tick => tick.Time).Distinct().Count());
            foreach (TickRow tick in ticks)
            {
                string key = FormattableString.Invariant($"{tick.Name} {tick.Time.UtcTicks}");
                if (tick.State == StateType.Crashed)
                {
                    crashed++;
                }
                else if (tick.State == StateType.Scheduled)
                {
                    Assert.False(began.ContainsKey(key), $"{key} was given back when it had begun.");
                }
                else
                {
                    Assert.Equal(StateType.Completed, tick.State);
                    Assert.True(began.ContainsKey(key) && ended.Contains(key), $"{key} is said to have completed.");
                }
            }

            // One of the two was always there: no tick is missing between the first and the last.
            DateTimeOffset[] times = [.. ticks.Select(tick => tick.Time).Order()];
            for (int i = 1; i < times.Length; i++)
            {
                Assert.Equal(flow.Next(times[i - 1]), times[i]);
            }
        }

        Assert.True(crashed > 0, "No kill hit a run: nothing was tested.");
        Assert.All(began.Keys, key => Assert.Contains(file.History.Schedules.Last(key[..key.IndexOf(' ', StringComparison.Ordinal)], int.MaxValue), tick => key.EndsWith(FormattableString.Invariant($" {tick.Time.UtcTicks}"), StringComparison.Ordinal)));
    }

    private static long Count(TestFile file, StateType state) => SchedulingProcess.FlowsFrom(DateTimeOffset.UtcNow).Sum(flow => file.History.Schedules.Last(flow.Name, int.MaxValue).Count(tick => tick.State == state));
}
