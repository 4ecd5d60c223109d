using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using FlowModule.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Storage;

public sealed class SecretCacheTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, string> _vault = new(StringComparer.Ordinal) { ["db"] = "old", ["other"] = "2" };

    private SecretCache Cache => new(
        (secret, _) =>
        {
            _asked.Enqueue(secret);
            return _vault.TryGetValue(secret, out string? text) ? text : throw new HistoryException(HistoryFault.Unavailable, "It is locked.");
        },
        _time);

    [Fact]
    public void A_secret_is_asked_for_once()
    {
        SecretCache cache = Cache;

        Assert.Equal(("old", "old", "2"), (cache.Read("db", null), cache.Read("db", null), cache.Read("other", null)));
        Assert.Equal(["db", "other"], _asked);
    }

    [Fact]
    public void One_that_is_refused_is_asked_for_again_and_once_for_all_who_were_refused()
    {
        SecretCache cache = Cache;
        cache.Read("db", null);
        _vault["db"] = "new";
        _time.Advance(SecretCache.AskEach);

        Assert.Equal(("new", "new", "new"), (cache.Read("db", "old"), cache.Read("db", "old"), cache.Read("db", null)));
        Assert.Equal(["db", "db"], _asked);
    }

    [Fact]
    public void A_vault_that_still_has_the_refused_one_is_asked_again_only_after_some_seconds()
    {
        SecretCache cache = Cache;
        cache.Read("db", null);
        _time.Advance(SecretCache.AskEach);

        Assert.Equal(("old", "old"), (cache.Read("db", "old"), cache.Read("db", "old")));
        _time.Advance(SecretCache.AskEach - TimeSpan.FromMilliseconds(1));
        Assert.Equal("old", cache.Read("db", "old"));
        Assert.Equal(["db", "db"], _asked);

        _vault["db"] = "new";
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("new", cache.Read("db", "old"));
        Assert.Equal(["db", "db", "db"], _asked);
    }

    [Fact]
    public void A_failure_is_not_kept()
    {
        SecretCache cache = Cache;

        Assert.Equal("It is locked.", Assert.Throws<HistoryException>(() => cache.Read("locked", null)).Message);
        _vault["locked"] = "open";
        Assert.Equal("open", cache.Read("locked", null));
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_holds_up_nobody_else_and_is_given_up_after_a_minute()
    {
        using var go = new ManualResetEventSlim();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        var cache = new SecretCache(
            (secret, end) =>
            {
                if (secret == "vault/slow" && Interlocked.Increment(ref asked) == 1)
                {
                    end.Register(stopped.SetResult);
                    Assert.True(go.Wait(Patience, CancellationToken.None));
                }

                return secret;
            },
            _time);
        Task<string> slow = Task.Factory.StartNew(() => cache.Read("vault/slow", null), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref asked) == 1, Patience));

        Assert.Equal("other", cache.Read("other", null));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(SecretCache.Limit);
                return slow.IsCompleted;
            },
            Patience));

        HistoryException exception = await Assert.ThrowsAsync<HistoryException>(() => slow);
        Assert.Equal("The secret 'slow' of the vault 'vault' cannot be read: the vault has not answered for 60 seconds.", exception.Message);
        await stopped.Task.WaitAsync(Patience);

        // Nobody waits for it a second time, and no second thread hangs in the vault.
        Assert.Throws<HistoryException>(() => cache.Read("vault/slow", null));
        Assert.Equal(1, asked);
        go.Set();
        Assert.True(SpinWait.SpinUntil(() => Answers(cache), Patience));
    }

    [Fact]
    public void An_answer_that_comes_as_the_time_is_up_makes_no_other_error()
    {
        // Each look at the clock is a whole limit later: the time is up at the first one.
        _time.AutoAdvanceAmount = SecretCache.Limit;
        using var go = new ManualResetEventSlim();
        var asking = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = new SecretCache(
            (secret, _) =>
            {
                asking.SetResult(Thread.CurrentThread);
                Assert.True(go.Wait(Patience, CancellationToken.None));
                return secret;
            },
            _time);
        int reader = Environment.CurrentManagedThreadId;
        AppDomain.CurrentDomain.FirstChanceException += Answer;
        try
        {
            Assert.Throws<HistoryException>(() => cache.Read("slow", null));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Answer;
            go.Set();
        }

        // Runs before anybody can catch what is thrown. The answer is there when the thread that asked has ended.
        void Answer(object? sender, FirstChanceExceptionEventArgs thrown)
        {
            if (thrown.Exception is TimeoutException && Environment.CurrentManagedThreadId == reader)
            {
                go.Set();
                asking.Task.GetAwaiter().GetResult().Join();
            }
        }
    }

    private static bool Answers(SecretCache cache)
    {
        try
        {
            return cache.Read("vault/slow", null) == "vault/slow";
        }
        catch (HistoryException)
        {
            return false;
        }
    }
}
