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

    [Fact]
    public void While_nothing_is_written_and_all_who_watch_are_patient_it_looks_four_times_a_second()
    {
        int looks = 0;
        using PolledChanges changes = new(_time, () => ++looks < 0 ? 0 : 1);
        using IDisposable watching = changes.Watch(() => _told++, isPatient: true);
        Assert.Equal(40, LooksInTenSeconds());

        using (changes.Watch(static () => { }))
        {
            Assert.Equal(200, LooksInTenSeconds());
        }

        Assert.Equal(40, LooksInTenSeconds());

        int LooksInTenSeconds()
        {
            ToldInASecond();
            ToldInASecond();
            int before = looks;
            for (int i = 0; i < 10; i++)
            {
                ToldInASecond();
            }

            return looks - before;
        }
    }

    [Fact]
    public void A_change_is_told_within_a_quarter_of_a_second_and_those_that_follow_it_sooner()
    {
        using PolledChanges changes = new(_time, () => _version!.Value);
        using IDisposable watching = changes.Watch(() => _told++, isPatient: true);
        for (int i = 0; i < 10; i++)
        {
            ToldInASecond();
        }

        int before = _told;
        _version++;
        _time.Advance(PolledChanges.PatientLookEvery);
        Assert.Equal(before + 1, _told);
        for (int i = 2; i < 10; i++)
        {
            _version++;
            _time.Advance(PolledChanges.LookEvery);
            Assert.Equal(before + i, _told);
        }
    }

    [Fact]
    public void Who_begins_to_watch_is_told_soon_though_others_have_watched_for_long()
    {
        using PolledChanges changes = new(_time, () => _version!.Value);
        using IDisposable watching = changes.Watch(static () => { }, isPatient: true);
        for (int i = 0; i < 10; i++)
        {
            ToldInASecond();
        }

        using IDisposable another = changes.Watch(() => _told++, isPatient: true);
        _time.Advance(PolledChanges.LookEvery);
        Assert.Equal(1, _told);
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
