using FlowModule.Engine.Limits;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Limits;

/// <summary>Limits under many threads. The holders of the slots check the rules.</summary>
public class LimitThreadsTests
{
    private sealed class Watch(int most)
    {
        private int _holders;

        internal void Enter() => Assert.InRange(Interlocked.Increment(ref _holders), 1, most);

        internal void Leave() => Interlocked.Decrement(ref _holders);
    }

    private static void Await(Func<Action, bool> ask)
    {
        using var gate = new ManualResetEventSlim();
        if (!ask(gate.Set))
        {
            Wait.For(gate);
        }
    }

    [Fact]
    public void No_more_hold_slots_at_once_than_there_are_and_none_is_lost()
    {
        const int Threads = 8;
        const int Rounds = 400;
        var table = new LimitTable(TimeProvider.System);
        string[][] sets = [["a"], ["b"], ["a", "b"], ["b", "a", "c"]];
        var watches = new Dictionary<string, Watch> { ["a"] = new(2), ["b"] = new(3), ["c"] = new(1) };
        table.Set("a", 2, null);
        table.Set("b", 3, null);
        table.Set("c", 1, null);

        TestThread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new TestThread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                string[] limits = sets[(number + round) % sets.Length];
                LimitLease? lease = null;
                Await(granted => (lease = table.Request(limits, granted)).IsGranted);
                Hold(limits, watches);
                if (round % 3 == 0)
                {
                    lease!.Lend();
                    Await(lease.Reclaim);
                    Hold(limits, watches);
                }

                lease!.Dispose();
            }
        }))];
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(table.All(), limit => Assert.Equal((0, 0), (limit.Active, limit.Waiting)));
    }

    [Fact]
    public void Withdrawing_and_granting_at_the_same_time_loses_no_slot()
    {
        var table = new LimitTable(TimeProvider.System);
        FlowLimit limit = table.Set("a", 1, null);
        for (int round = 0; round < 1_000; round++)
        {
            LimitLease held = table.Request(["a"], () => { });
            LimitLease waiting = table.Request(["a"], () => { });
            using var start = new Barrier(2);
            var one = new TestThread(() => Meet(held));
            Meet(waiting);
            one.Join();

            Assert.Equal((0, 0), (limit.Active, limit.Waiting));

            void Meet(LimitLease lease)
            {
                Assert.True(start.SignalAndWait(Wait.Limit));
                lease.Dispose();
            }
        }
    }

    [Fact]
    public void A_callback_holds_no_lock()
    {
        var table = new LimitTable(TimeProvider.System);
        table.Set("a", 1, null);
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        LimitLease first = table.Request(["a"], () => { });
        LimitLease second = table.Request(["a"], () =>
        {
            entered.Set();
            Wait.For(go);
        });
        var thread = new TestThread(first.Dispose);
        Wait.For(entered);

        // The other thread is in its callback: this would hang if it held a lock that we need.
        table.Set("b", 1, null);
        LimitLease third = table.Request(["a", "b"], () => { });
        Assert.False(third.IsGranted);
        third.Dispose();
        second.Dispose();

        go.Set();
        thread.Join();
    }

    private static void Hold(string[] limits, Dictionary<string, Watch> watches)
    {
        foreach (string name in limits)
        {
            watches[name].Enter();
        }

        Thread.SpinWait(50);
        foreach (string name in limits)
        {
            watches[name].Leave();
        }
    }
}
