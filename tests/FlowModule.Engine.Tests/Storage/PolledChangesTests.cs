using FlowModule.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Storage;

public sealed class PolledChangesTests
{
    private readonly FakeTimeProvider _time = new();
    private long? _version = 1;
    private int _told;

    [Fact]
    public void Who_watches_a_store_that_cannot_be_read_is_told_once_and_again_when_it_can()
    {
        using PolledChanges changes = new(_time, () => _version ?? throw new HistoryException(HistoryFault.Unavailable, "It cannot be read."));
        using IDisposable watching = changes.Watch(() => _told++);
        Assert.Equal(1, ToldInASecond());
        Assert.Equal(0, ToldInASecond());

        _version = null;
        Assert.Equal(1, ToldInASecond());
        Assert.Equal(0, ToldInASecond());

        _version = 1;
        Assert.Equal(1, ToldInASecond());
        Assert.Equal(0, ToldInASecond());
    }

    [Fact]
    public void Who_begins_to_watch_a_store_that_cannot_be_read_is_told_once()
    {
        using PolledChanges changes = new(_time, static () => throw new HistoryException(HistoryFault.Unavailable, "It cannot be read."));
        using IDisposable watching = changes.Watch(() => _told++);
        Assert.Equal(1, ToldInASecond());
        Assert.Equal(0, ToldInASecond());
    }

    private int ToldInASecond()
    {
        int before = _told;
        for (int i = 0; i < 20; i++)
        {
            _time.Advance(PolledChanges.LookEvery);
        }

        return _told - before;
    }
}
