using FlowModule.Wire;

namespace FlowModule.Tests.Wire;

/// <summary>What the two ends of a wire say first.</summary>
public sealed class GreetingTests
{
    [Fact]
    public void A_peer_of_this_version_is_heard()
    {
        using FrameChannel channel = Said(channel => Greeting.TrySend(channel));

        Assert.True(Greeting.TryReceive(channel, "The peer"));
    }

    [Theory]
    [InlineData(Greeting.Version + 1)]
    [InlineData(Greeting.Version - 1)]
    [InlineData(int.MaxValue)]
    public void A_peer_of_another_version_is_refused(int version)
    {
        using FrameChannel channel = Said(channel => Greeting.TrySend(channel, version));

        WireVersionException refusal = Assert.Throws<WireVersionException>(() => Greeting.TryReceive(channel, "The peer"));

        Assert.StartsWith(
            $"The peer uses version {version} of the protocol (FlowModule 0.1.0); this process uses version {Greeting.Version} (FlowModule 0.1.0).", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_says_no_version_is_refused()
    {
        using FrameChannel channel = Said(channel => new FrameBuilder().TrySend(channel, FrameKind.Hello));

        WireVersionException refusal = Assert.Throws<WireVersionException>(() => Greeting.TryReceive(channel, "The peer"));

        Assert.Contains("version 0 of the protocol (FlowModule of an unknown version)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_ends_or_says_something_else_first_has_not_greeted()
    {
        using FrameChannel silent = Said(_ => { });
        using FrameChannel other = Said(channel => new FrameBuilder().TrySend(channel, FrameKind.Ready));

        Assert.False(Greeting.TryReceive(silent, "The peer"));
        Assert.False(Greeting.TryReceive(other, "The peer"));
    }

    /// <summary>A channel from which is read what was written to it.</summary>
    private static FrameChannel Said(Action<FrameChannel> write)
    {
        var stream = new MemoryStream();
        var channel = new FrameChannel(stream);
        write(channel);
        stream.Position = 0;
        return channel;
    }
}
