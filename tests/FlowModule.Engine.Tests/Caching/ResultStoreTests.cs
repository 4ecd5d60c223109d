using FlowModule.Engine.Caching;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Caching;

/// <summary>How long the cache keeps results, and how many.</summary>
public class ResultStoreTests
{
    private readonly FakeTimeProvider _time = new();

    private static void Store(ResultCache cache, string key, TimeSpan? expiration = null) =>
        cache.Enter(key, refresh: true, () => { }).Complete("value of " + key, expiration);

    private static bool Has(ResultCache cache, string key)
    {
        using CacheTicket ticket = cache.Enter(key, refresh: false, () => { });
        return ticket.Kind == CacheTicketKind.Hit;
    }

    [Fact]
    public void A_result_is_good_until_it_expires_and_not_longer()
    {
        var cache = new ResultCache(_time);
        Store(cache, "a", TimeSpan.FromSeconds(10));

        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.True(Has(cache, "a"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(Has(cache, "a"));
    }

    [Fact]
    public void What_has_expired_is_removed_without_being_asked_for()
    {
        var cache = new ResultCache(_time);
        Store(cache, "late", TimeSpan.FromHours(2));
        Store(cache, "early", TimeSpan.FromMinutes(1));
        Store(cache, "never");
        Store(cache, "also early", TimeSpan.FromMinutes(1));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, cache.Count);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, cache.Count);
        _time.Advance(TimeSpan.FromDays(10_000));
        Assert.True(Has(cache, "never"));
    }

    [Fact]
    public void A_new_result_has_its_own_time()
    {
        var cache = new ResultCache(_time);
        Store(cache, "a", TimeSpan.FromMinutes(1));
        Store(cache, "a", TimeSpan.FromMinutes(3));
        Store(cache, "b", TimeSpan.FromMinutes(1));
        Store(cache, "b");

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(Has(cache, "a"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Has(cache, "a"));
        Assert.True(Has(cache, "b"));
    }

    [Fact]
    public void A_result_that_is_good_for_nothing_takes_the_old_one_away()
    {
        var cache = new ResultCache(_time);
        Store(cache, "a");
        Store(cache, "a", TimeSpan.Zero);

        Assert.False(Has(cache, "a"));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Times_beyond_what_a_timer_takes_are_kept_to()
    {
        var cache = new ResultCache(_time);
        Store(cache, "for ever", TimeSpan.MaxValue);
        Store(cache, "long", TimeSpan.FromDays(120));

        _time.Advance(TimeSpan.FromDays(60));
        _time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(2, cache.Count);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(1, cache.Count);
        Assert.True(Has(cache, "for ever"));
    }

    [Fact]
    public void The_least_recently_used_make_room()
    {
        var cache = new ResultCache(_time, capacity: 3);
        Store(cache, "a");
        Store(cache, "b", TimeSpan.FromMinutes(1));
        Store(cache, "c");
        Assert.True(Has(cache, "a"));
        Store(cache, "d");

        Assert.Equal(3, cache.Count);
        Assert.False(Has(cache, "b"));
        Assert.True(Has(cache, "a") && Has(cache, "c") && Has(cache, "d"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, cache.Count);
    }

    [Fact]
    public void There_are_never_more_than_ten_thousand()
    {
        var cache = new ResultCache(_time);
        for (int i = 0; i < 25_000; i++)
        {
            Store(cache, "key " + i, i % 2 == 0 ? TimeSpan.FromSeconds(i) : null);
        }

        Assert.Equal(ResultCache.DefaultCapacity, cache.Count);
        Assert.False(Has(cache, "key 14999"));
        Assert.True(Has(cache, "key 15000"));
    }
}
