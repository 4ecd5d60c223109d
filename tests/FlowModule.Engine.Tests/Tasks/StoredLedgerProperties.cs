using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Tasks;

public class StoredLedgerProperties
{
    public enum Fate
    {
        Completed,
        CompletedNotKept,
        NotCompleted,
    }

    /// <param name="Stored">The starts of the earlier process: a key and an outcome.</param>
    /// <param name="Starts">The keys that are started now, in another order in each attempt.</param>
    /// <param name="Attempts">The number of attempts now.</param>
    /// <param name="Seed">Determines the orders, and which starts complete.</param>
    public sealed record Story((int Key, Fate Fate)[] Stored, int[] Starts, int Attempts, int Seed)
    {
        public override string ToString() => $"stored [{string.Join(", ", Stored)}], started [{string.Join(", ", Starts)}], {Attempts} attempts, seed {Seed}";
    }

    private static Arbitrary<Story> Stories =>
        (from stored in (from key in Gen.Choose(0, 3) from fate in Gen.Elements(Enum.GetValues<Fate>()) select (key, fate)).ListOf()
         from starts in Gen.Choose(0, 3).ListOf()
         from attempts in Gen.Choose(1, 3)
         from seed in Gen.Choose(0, 10_000)
         select new Story([.. stored], [.. starts], attempts, seed)).ToArbitrary();

    [Property(MaxTest = 500)]
    public Property In_any_order_of_starts_what_completed_and_was_kept_is_never_run_again() => Prop.ForAll(Stories, story =>
    {
        var rig = new DriverRig();
        var random = new Random(story.Seed);
        FakeStoredRun[] stored = [.. story.Stored.Select(run => new FakeStoredRun(
            $"{run.Key}", run.Fate == Fate.NotCompleted ? null : new TestFlow().StateOf(StateType.Completed), run.Fate == Fate.Completed))];
        var ledger = new RunLedger(new StoredRuns(() => stored), remembers: story.Attempts > 1);
        var taken = new List<IStoredRun>();
        for (int attempt = 0; attempt < story.Attempts; attempt++)
        {
            int[] order = [.. Enumerable.Range(0, story.Starts.Length)];
            random.Shuffle(order);
            Dictionary<int, (int Ran, int Reused)> counts = [];
            foreach (int start in order)
            {
                int key = story.Starts[start];
                LedgerEntry entry = ledger.Enter($"{key}", $"{key}");
                if (entry.Claim() is { } earlier)
                {
                    taken.Add(earlier);
                }

                FlowRun run = rig.New(entry: entry);
                bool ran = rig.Next(run) == RunStep.Execute;
                (int Ran, int Reused) count = counts.GetValueOrDefault(key);
                counts[key] = ran ? count with { Ran = count.Ran + 1 } : count with { Reused = count.Reused + 1 };
                if (ran && random.Next(2) == 0)
                {
                    rig.End(run);
                }
                else if (ran)
                {
                    rig.Fail(run);
                }

                Assert.True(ran || run.State.Name == StateNames.Cached);
            }

            foreach ((int key, (int ran, int reused)) in counts)
            {
                // In the first attempt, exactly the kept ones are reused; later also those that have completed since.
                int kept = KeptAmong(story, key, ran + reused);
                Assert.True(attempt == 0 ? reused == kept : reused >= kept, $"{key}: {reused} were reused in attempt {attempt}, and {kept} are kept.");
            }

            ledger.NextAttempt();
        }

        // Each is taken by at most one start.
        Assert.Equal(taken.Count, taken.Distinct().Count());
    });

    /// <summary>How many of the first starts are kept: completed ones come first, kept or not, in order.</summary>
    private static int KeptAmong(Story story, int key, int starts) =>
        story.Stored.Where(run => run.Key == key && run.Fate != Fate.NotCompleted).Take(starts).Count(run => run.Fate == Fate.Completed);
}
