using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Caching;

/// <summary>Results that several processes share.</summary>
public sealed class SharedResultTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SharedFile _file;
    private readonly RunHistory _first;
    private readonly ResultCache _one;
    private readonly ResultCache _other;
    private readonly List<string> _woken = [];

    public SharedResultTests()
    {
        _file = new SharedFile(_time);
        _one = (_first = _file.Open()).NewCache();
        _other = _file.Open().NewCache();
    }

    public void Dispose() => _file.Dispose();

    private CacheTicket Enter(ResultCache cache, string key = "key", bool refresh = false, CacheTicket? waited = null, string who = "") =>
        cache.Enter(key, refresh, () => _woken.Add(who), waited);

    private void Store(ResultCache cache, object? value, string key = "key", TimeSpan? expiration = null)
    {
        CacheTicket owner = Enter(cache, key, refresh: true);
        Assert.Equal(CacheTicketKind.Owner, owner.Kind);
        owner.Complete(value, expiration);
    }

    private void LearnOfOthers() => _time.Advance(TimeSpan.FromMilliseconds(50));

    private static void AssertHit(object? value, CacheTicket ticket)
    {
        Assert.Equal(CacheTicketKind.Hit, ticket.Kind);
        Assert.Equal(value, ticket.Value);
    }

    [Theory]
    [InlineData("text")]
    [InlineData(7)]
    [InlineData(null)]
    public void What_one_has_computed_the_other_takes_and_so_does_one_that_comes_when_both_are_gone(object? value)
    {
        Store(_one, value);

        AssertHit(value, Enter(_other));
        _file.End();
        AssertHit(value, Enter(_file.Open().NewCache()));
    }

    [Fact]
    public void In_its_own_process_a_result_is_the_object_itself_and_in_another_a_copy()
    {
        string value = new("text");
        Store(_one, value);

        Assert.Same(value, Enter(_one).Value);
        object copy = Enter(_other).Value!;
        Assert.NotSame(value, copy);
        Assert.Same(copy, Enter(_other).Value);
    }

    [Fact]
    public void What_cannot_be_kept_stays_in_its_process()
    {
        object value = new();
        Store(_one, "old");
        Store(_one, value);

        Assert.Same(value, Enter(_one).Value);
        Assert.Equal(CacheTicketKind.Owner, Enter(_other).Kind);
    }

    [Fact]
    public void A_secret_is_in_the_file_neither_as_a_result_nor_in_a_key()
    {
        Store(_one, "secret: hush", "t\nkey secret-1");
        Store(_one, "plain", "t\nkey secret-2");

        Assert.Equal(CacheTicketKind.Owner, Enter(_other, "t\nkey secret-1").Kind);
        AssertHit("plain", Enter(_other, "t\nkey secret-2"));
        Assert.Equal(["t\nkey ***-2"], _other.Keys());
        _file.End();
        Assert.DoesNotContain("hush", File.ReadAllText(_file.Path, Encoding.Latin1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(60)]
    public void While_one_computes_the_other_waits_and_gets_the_result(int? seconds)
    {
        CacheTicket owner = Enter(_one);
        CacheTicket waiting = Enter(_other, who: "a");
        CacheTicket refreshing = Enter(_other, refresh: true, who: "b");
        Assert.Equal((CacheTicketKind.Waiting, CacheTicketKind.Waiting), (waiting.Kind, refreshing.Kind));

        owner.Complete("result", seconds is { } given ? TimeSpan.FromSeconds(given) : null);
        Assert.Empty(_woken);
        LearnOfOthers();

        Assert.Equal(["a", "b"], _woken);
        AssertHit("result", Enter(_other, waited: waiting));
        AssertHit("result", Enter(_other, refresh: true, waited: refreshing));
        Assert.Equal(0, _other.Computing);
    }

    [Fact]
    public void When_the_one_has_no_result_the_other_computes()
    {
        CacheTicket owner = Enter(_one);
        CacheTicket a = Enter(_other, who: "a");
        Enter(_other, who: "b");

        owner.Abandon();
        LearnOfOthers();

        Assert.Equal(["a"], _woken);
        Assert.Equal(CacheTicketKind.Owner, Enter(_other, waited: a).Kind);
        Assert.Equal(CacheTicketKind.Waiting, Enter(_one).Kind);
    }

    [Fact]
    public void When_the_one_dies_the_other_computes()
    {
        Enter(_one);
        CacheTicket a = Enter(_other, who: "a");

        _first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal(["a"], _woken);
        Assert.Equal(CacheTicketKind.Owner, Enter(_other, waited: a).Kind);
    }

    [Fact]
    public void One_that_comes_when_the_one_has_died_computes_at_once()
    {
        Enter(_one);
        _first.Dispose();

        Assert.Equal(CacheTicketKind.Owner, Enter(_other).Kind);
    }

    [Fact]
    public void Who_waits_for_another_process_and_leaves_waits_no_more()
    {
        CacheTicket owner = Enter(_one);
        CacheTicket a = Enter(_other, who: "a");

        a.Dispose();
        owner.Complete("result", null);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(_woken);
        Assert.Equal(0, _other.Computing);
    }

    [Fact]
    public void What_one_refreshes_the_other_sees_though_it_has_the_old_one_in_memory()
    {
        Store(_other, "old");
        AssertHit("old", Enter(_one));

        CacheTicket refresh = Enter(_one, refresh: true);
        AssertHit("old", Enter(_other));
        refresh.Complete("new", null);

        AssertHit("new", Enter(_other));
    }

    [Fact]
    public void A_result_expires_everywhere()
    {
        Store(_one, "result", expiration: TimeSpan.FromSeconds(10));
        AssertHit("result", Enter(_other));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(CacheTicketKind.Owner, Enter(_other).Kind);
    }

    [Fact]
    public void What_is_removed_is_gone_everywhere_but_for_what_was_not_shared()
    {
        Store(_one, "1", "t\nkey a");
        Store(_one, "2", "t\nkey b");
        AssertHit("1", Enter(_other, "t\nkey a"));

        _other.Remove(["t\nkey a", "t\nkey unknown"]);

        Assert.Equal(["t\nkey b"], _one.Keys());
        Assert.Equal(CacheTicketKind.Owner, Enter(_one, "t\nkey a").Kind);
        AssertHit("2", Enter(_one, "t\nkey b"));
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_no_result()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("key"));
        Assert.True(_first.TryChange(store => store.Results.Publish(hash, claim: 0, new NewResult("key", "?", Expiration: null), long.MaxValue)));

        Assert.Equal(CacheTicketKind.Owner, Enter(_one).Kind);
        Assert.Equal(CacheTicketKind.Waiting, Enter(_other).Kind);
    }

    [Fact]
    public void Beyond_so_many_bytes_what_was_not_used_for_the_longest_goes()
    {
        var cache = _file.Open(resultBytes: 5_000).NewCache();
        foreach (string key in new[] { "a", "b", "c" })
        {
            Store(cache, new string('x', 1_400), key);
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(CacheTicketKind.Hit, Enter(cache, "a").Kind);
        Store(cache, new string('x', 1_400), "d");

        Assert.Equal(["a", "c", "d"], cache.Keys());
        Assert.Equal(CacheTicketKind.Owner, Enter(cache, "b").Kind);
    }

    [Fact]
    public void When_the_history_cannot_be_used_each_process_has_its_own_results_and_nobody_waits_for_ever()
    {
        CacheTicket owner = Enter(_one);
        CacheTicket a = Enter(_other, who: "a");
        _file.Break();
        LearnOfOthers();

        Assert.Equal(["a"], _woken);
        owner.Complete("one", null);
        CacheTicket second = Enter(_other, waited: a);
        Assert.Equal(CacheTicketKind.Owner, second.Kind);
        second.Complete("other", null);
        AssertHit("one", Enter(_one));
        AssertHit("other", Enter(_other));
    }
}
