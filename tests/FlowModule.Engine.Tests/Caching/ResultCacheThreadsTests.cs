using FlowModule.Engine.Caching;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Caching;

/// <summary>The cache under many threads.</summary>
public class ResultCacheThreadsTests
{
    /// <summary>Gets a key's result like a task: computes it, takes it, or waits and enters again.</summary>
    private static object? Get(ResultCache cache, string key, bool refresh, Func<(bool Ok, object? Value)> compute, out bool failed, Action? waiting = null)
    {
        failed = false;
        CacheTicket? waited = null;
        while (true)
        {
            using var gate = new ManualResetEventSlim();
            CacheTicket ticket = cache.Enter(key, refresh, gate.Set, waited);
            switch (ticket.Kind)
            {
                case CacheTicketKind.Hit:
                    return ticket.Value;
                case CacheTicketKind.Owner:
                    (bool ok, object? value) = compute();
                    if (ok)
                    {
                        ticket.Complete(value, null);
                    }
                    else
                    {
                        failed = true;
                        ticket.Abandon();
                    }

                    return value;
                default:
                    waiting?.Invoke();
                    Wait.For(gate);
                    waited = ticket;
                    break;
            }
        }
    }

    [Fact]
    public void Many_threads_compute_a_key_once()
    {
        const int Threads = 8;
        const int Rounds = 200;
        var cache = new ResultCache(TimeProvider.System);
        int[] computed = new int[Rounds];
        using var barrier = new Barrier(Threads);
        TestThread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new TestThread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                int mine = round;
                Assert.True(barrier.SignalAndWait(Wait.Limit));
                object? value = Get(cache, "key " + round, refresh: false, () => (true, Interlocked.Increment(ref computed[mine])), out bool _);
                Assert.Equal(1, value);
            }
        }))];
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(computed, count => Assert.Equal(1, count));
        Assert.Equal((Rounds, 0), (cache.Count, cache.Computing));
    }

    [Fact]
    public void When_owners_fail_the_others_take_over_one_at_a_time()
    {
        const int Threads = 8;
        const int Rounds = 200;
        const int Failing = 3;
        var cache = new ResultCache(TimeProvider.System);
        int[] tries = new int[Rounds];
        int failures = 0;
        int owners = 0;
        using var barrier = new Barrier(Threads);
        TestThread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new TestThread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                int mine = round;
                Assert.True(barrier.SignalAndWait(Wait.Limit));
                object? value = Get(cache, "key " + round, refresh: false, Compute, out bool failed);
                if (failed)
                {
                    Interlocked.Increment(ref failures);
                }
                else
                {
                    Assert.Equal(Failing + 1, value);
                }

                (bool Ok, object? Value) Compute()
                {
                    Assert.Equal(1, Interlocked.Increment(ref owners));
                    int number = Interlocked.Increment(ref tries[mine]);
                    Interlocked.Decrement(ref owners);
                    return (number > Failing, number);
                }

                Assert.True(barrier.SignalAndWait(Wait.Limit));
            }
        }))];
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(Failing * Rounds, failures);
        Assert.All(tries, count => Assert.Equal(Failing + 1, count));
        Assert.Equal(0, cache.Computing);
    }

    [Fact]
    public void Those_who_refresh_while_one_computes_take_its_result()
    {
        const int Threads = 6;
        var cache = new ResultCache(TimeProvider.System);
        int computed = 0;
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        using var inLine = new CountdownEvent(Threads);
        var first = new TestThread(() => Get(cache, "key", refresh: true, Compute, out bool _));
        Wait.For(entered);
        TestThread[] others = [.. Enumerable.Range(0, Threads).Select(_ => new TestThread(() =>
            Assert.Equal(1, Get(cache, "key", refresh: true, Compute, out bool _, () => inLine.Signal()))))];
        Assert.True(inLine.Wait(Wait.Limit));

        go.Set();
        first.Join();
        Array.ForEach(others, thread => thread.Join());

        Assert.Equal(1, computed);

        (bool Ok, object? Value) Compute()
        {
            int number = Interlocked.Increment(ref computed);
            entered.Set();
            Wait.For(go);
            return (true, number);
        }
    }
}
