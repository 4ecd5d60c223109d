using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Tests.Pool;

/// <summary>Which worker serves which request.</summary>
public sealed class PoolQueuesTests
{
    private static readonly PoolStamp Stamp = new("v3-1-2-0", "00ff00ff");

    [Theory]
    [InlineData("", true)]
    [InlineData("gpu", true)]
    [InlineData("gpu big", true)]
    [InlineData("windows", false)]
    [InlineData("gpu windows", false)]
    public void A_worker_serves_the_requests_whose_tags_it_has(string tags, bool isServed)
    {
        IReadOnlyList<string> served = PoolQueues.ServedBy(["work", "more"], ["big", "gpu"], Stamp);

        Assert.Equal(isServed, served.Contains(NameOf(tags.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(2 * 4 * 4, served.Distinct().Count());
    }

    [Fact]
    public void A_queue_of_another_build_or_key_is_another_queue()
    {
        IReadOnlyList<string> served = PoolQueues.ServedBy(["work"], [], Stamp);

        Assert.DoesNotContain(PoolQueues.NameOf(new PoolRequest("work", [], PoolPriority.Normal), Stamp with { Build = "v4-1-2-0" }), served);
        Assert.DoesNotContain(PoolQueues.NameOf(new PoolRequest("work", [], PoolPriority.Normal), Stamp with { Key = null }), served);
    }

    [Fact]
    public void A_tag_is_not_taken_for_a_queue_or_a_key() =>
        Assert.Equal(4, new[] { NameOf("key"), NameOf("key", "00ff00ff"), NameOf("work"), NameOf() }.Distinct().Count());

    [Theory]
    [InlineData("00ff00ff", "gpu,key")]
    [InlineData(null, "gpu")]
    [InlineData("00ff00ff", "")]
    [InlineData(null, "")]
    public void The_name_of_a_queue_says_what_was_asked_for(string? key, string tags)
    {
        string[] all = tags.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var request = new PoolRequest("key-1", all, PoolPriority.Low);

        (PoolRequest Request, PoolStamp Stamp) said = PoolQueues.Parse(PoolQueues.NameOf(request, Stamp with { Key = key }))!.Value;

        Assert.Equal(request with { Tags = said.Request.Tags }, said.Request);
        Assert.Equal(all, said.Request.Tags);
        Assert.Equal(Stamp with { Key = key }, said.Stamp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    [InlineData("p9_work_v1")]
    [InlineData("px_work_v1")]
    [InlineData("p1_work")]
    [InlineData("p1_work_v1_k")]
    public void Another_name_says_nothing(string name) => Assert.Null(PoolQueues.Parse(name));

    [Fact]
    public void More_urgent_requests_come_first_in_alphabetical_order()
    {
        string[] names = [.. Enum.GetValues<PoolPriority>().Select(static priority => PoolQueues.NameOf(new PoolRequest(priority == PoolPriority.High ? "zebra" : "ant", [], priority), Stamp))];

        Assert.Equal(names, names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("work", true)]
    [InlineData("gpu-2", true)]
    [InlineData("", false)]
    [InlineData("Work", false)]
    [InlineData("two_words", false)]
    [InlineData("ä", false)]
    public void Names_have_the_characters_that_all_carriers_allow(string name, bool isName) => Assert.Equal(isName, PoolQueues.IsName(name));

    [Fact]
    public void That_nobody_can_take_a_request_is_said_with_the_reason()
    {
        PoolWorkerRow able = Worker(), dead = Worker() with { IsHere = false };

        Assert.Null(Why(able));
        Assert.Null(Why(able with { Busy = 4 }, Worker() with { Order = PoolOrder.Drain }));
        Assert.Contains("No worker serves queue 'work'", Why(), StringComparison.Ordinal);
        Assert.Contains("No worker serves queue 'work'", Why(dead, Worker() with { Queues = ["other"] }), StringComparison.Ordinal);
        Assert.Contains("has tag 'gpu'", Why(Worker() with { Tags = [] }), StringComparison.Ordinal);
        Assert.Contains("another version of FlowModule: 1.0 on 'machine'", Why(Worker() with { Stamp = (Stamp with { Build = "v2" }).ToString() }), StringComparison.Ordinal);
        Assert.Contains("not the key", Why(Worker() with { Stamp = (Stamp with { Key = "other" }).ToString() }), StringComparison.Ordinal);
        Assert.Contains("about to end", Why(Worker() with { Order = PoolOrder.Drain }), StringComparison.Ordinal);
    }

    private static string NameOf(params string[] tags) => PoolQueues.NameOf(new PoolRequest("work", tags, PoolPriority.Normal), Stamp);

    private static string? Why(params PoolWorkerRow[] workers) => PoolQueues.WhyNobody(new PoolRequest("work", ["gpu"], PoolPriority.Normal), Stamp, workers);

    private static PoolWorkerRow Worker() => new()
    {
        Key = Guid.NewGuid(),
        Machine = "machine",
        ProcessId = 1,
        Stamp = Stamp.ToString(),
        Product = "1.0",
        Queues = ["work"],
        Tags = ["gpu"],
        Places = 4,
        IsHere = true,
    };
}
