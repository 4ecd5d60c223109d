using FlowModule.Engine.Caching;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Caching;

public sealed class ResultCacheTestsInMemory() : ResultCacheTests(isStored: false);

public sealed class ResultCacheTestsStored() : ResultCacheTests(isStored: true);

public abstract class ResultCacheTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SharedFile? _file;
    private readonly List<string> _woken = [];
    private readonly ResultCache _cache;

    protected ResultCacheTests(bool isStored)
    {
        _file = isStored ? new SharedFile(_time) : null;
        _cache = _file is null ? new ResultCache(_time) : _file.Open().NewCache();
    }

    public void Dispose()
    {
        _file?.Dispose();
        GC.SuppressFinalize(this);
    }

    private CacheTicket Enter(string caller, string key = "key", bool refresh = false, CacheTicket? waited = null) =>
        _cache.Enter(key, refresh, () => _woken.Add(caller), waited);

    private void Store(object? value, string key = "key", TimeSpan? expiration = null) => Enter("owner", key, refresh: true).Complete(value, expiration);

    private static void AssertHit(object? value, CacheTicket ticket)
    {
        Assert.Equal(CacheTicketKind.Hit, ticket.Kind);
        Assert.Equal(value, ticket.Value);
    }

    [Fact]
    public void The_first_computes_and_those_who_come_later_take_its_result()
    {
        CacheTicket owner = Enter("a");
        Assert.Equal(CacheTicketKind.Owner, owner.Kind);
        owner.Complete("result", null);

        AssertHit("result", Enter("b"));
        Assert.Equal((1, 0), (_cache.Count, _cache.Computing));
        Assert.Equal(CacheTicketKind.Owner, Enter("c", "other key").Kind);
    }

    [Fact]
    public void Whether_there_is_a_result_is_said_without_taking_part()
    {
        Assert.False(_cache.Has("key"));
        CacheTicket owner = Enter("a");
        Assert.False(_cache.Has("key"));
        Assert.Equal(1, _cache.Computing);

        owner.Complete("result", TimeSpan.FromMinutes(1));
        Assert.True(_cache.Has("key"));
        Assert.False(_cache.Has("other key"));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_cache.Has("key"));
    }

    [Fact]
    public void Nothing_is_a_result_too()
    {
        Store(null);

        AssertHit(null, Enter("a"));
    }

    [Fact]
    public void Keys_differ_by_case() // They are hashes of text, in which case matters.
    {
        Store(1, "key");

        Assert.Equal(CacheTicketKind.Owner, Enter("a", "KEY").Kind);
    }

    [Fact]
    public void Those_who_come_meanwhile_wait_and_are_woken_once_with_the_result()
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");
        CacheTicket c = Enter("c");
        Assert.Equal((CacheTicketKind.Waiting, CacheTicketKind.Waiting), (b.Kind, c.Kind));
        Assert.Empty(_woken);

        owner.Complete(1, null);
        owner.Complete(2, null);
        owner.Abandon();

        Assert.Equal(["b", "c"], _woken);
        AssertHit(1, Enter("b", waited: b));
        AssertHit(1, Enter("c"));
    }

    [Fact]
    public void When_the_owner_has_no_result_one_of_those_who_wait_takes_over_and_the_rest_wait_on()
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");
        CacheTicket c = Enter("c");

        owner.Abandon();
        Assert.Equal(["b"], _woken);
        CacheTicket second = Enter("b", waited: b);
        Assert.Equal(CacheTicketKind.Owner, second.Kind);
        Assert.Equal(CacheTicketKind.Waiting, Enter("d").Kind);
        second.Complete("result", null);

        Assert.Equal(["b", "c", "d"], _woken);
        AssertHit("result", Enter("c", waited: c));
    }

    [Fact]
    public void One_that_was_called_and_has_gone_passes_it_on()
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");
        CacheTicket c = Enter("c");

        owner.Dispose();
        b.Dispose();
        b.Dispose();

        Assert.Equal(["b", "c"], _woken);
        Assert.Equal(CacheTicketKind.Owner, Enter("c", waited: c).Kind);
    }

    [Fact]
    public void One_that_was_called_and_is_overtaken_waits_on_at_the_head_of_the_line()
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");
        Enter("c");
        owner.Abandon();

        CacheTicket quick = Enter("quick");
        Assert.Equal(CacheTicketKind.Owner, quick.Kind);
        CacheTicket again = Enter("b", waited: b);
        Assert.Equal(CacheTicketKind.Waiting, again.Kind);
        b.Dispose();
        quick.Abandon();

        Assert.Equal(["b", "b"], _woken);
        Assert.Equal(CacheTicketKind.Owner, Enter("b", waited: again).Kind);
    }

    [Fact]
    public void One_that_leaves_the_line_is_not_woken_and_keeps_nobody_waiting()
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");
        CacheTicket c = Enter("c");

        b.Dispose();
        b.Dispose();
        owner.Abandon();
        Assert.Equal(["c"], _woken);
        c.Dispose();

        Assert.Equal(0, _cache.Computing);
        Assert.Equal(CacheTicketKind.Owner, Enter("d").Kind);
    }

    [Fact]
    public void A_refresh_computes_again_while_others_take_what_is_stored()
    {
        Store("old");

        CacheTicket refresh = Enter("a", refresh: true);
        Assert.Equal(CacheTicketKind.Owner, refresh.Kind);
        AssertHit("old", Enter("b"));
        refresh.Complete("new", null);

        AssertHit("new", Enter("c"));
        Assert.Equal(1, _cache.Count);
    }

    [Fact]
    public void Two_that_refresh_at_once_compute_once()
    {
        Store("old");
        CacheTicket a = Enter("a", refresh: true);
        CacheTicket b = Enter("b", refresh: true);
        Assert.Equal(CacheTicketKind.Waiting, b.Kind);

        a.Complete("new", null);

        AssertHit("new", Enter("b", refresh: true, waited: b));
        Assert.Equal(CacheTicketKind.Owner, Enter("c", refresh: true).Kind);
    }

    [Fact]
    public void A_refresh_that_failed_leaves_what_was_stored_and_the_next_to_refresh_computes()
    {
        Store("old");
        CacheTicket a = Enter("a", refresh: true);
        CacheTicket b = Enter("b", refresh: true);

        a.Abandon();

        AssertHit("old", Enter("c"));
        Assert.Equal(CacheTicketKind.Owner, Enter("b", refresh: true, waited: b).Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(60)]
    public void Who_waited_gets_the_result_even_if_it_has_expired_since(int seconds)
    {
        CacheTicket owner = Enter("a");
        CacheTicket b = Enter("b");

        owner.Complete("result", TimeSpan.FromSeconds(seconds));
        _time.Advance(TimeSpan.FromHours(1));

        AssertHit("result", Enter("b", waited: b));
        Assert.Equal(CacheTicketKind.Owner, Enter("c").Kind);
    }

    [Fact]
    public void Many_owners_that_fail_as_soon_as_they_are_called_do_not_grow_the_stack()
    {
        int count = _file is null ? 10_000 : 1_000;
        CacheTicket owner = Enter("first");
        int called = 0;
        for (int i = 0; i < count; i++)
        {
            CacheTicket? ticket = null;
            ticket = _cache.Enter("key", refresh: false, () =>
            {
                CacheTicket mine = _cache.Enter("key", refresh: false, () => { }, ticket);
                Assert.Equal(CacheTicketKind.Owner, mine.Kind);
                called++;
                mine.Abandon();
            });
        }

        owner.Abandon();

        Assert.Equal(count, called);
        Assert.Equal(0, _cache.Computing);
    }
}
