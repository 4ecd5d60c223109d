using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Who watches is told soon that others have written.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class ChangeContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    private int _told;

    [StoreFact]
    public void WhoWatchesIsToldWhatAnotherHasWritten()
    {
        RunRow run = Start(Other);
        using IDisposable watching = Own.Changes.Watch(Tell);
        LetItBeTold();
        int before = _told;

        Write(Other, Line(run, "line"));

        AssertIsTold(before);
    }

    [StoreFact]
    public void WhoWatchesWhatIsSharedIsToldOfARequest()
    {
        RunRow run = Start(Own);
        using IDisposable watching = Own.SharedChanges.Watch(Tell);
        LetItBeTold();
        int before = _told;

        Other.Requests.Add(new RunRequest(run.Id, RunRequestKind.Stop, null));

        AssertIsTold(before);
    }

    [StoreFact]
    public void WhatWasWrittenJustBeforeIsToldToo()
    {
        using IDisposable first = Own.Changes.Watch(static () => { });
        LetItBeTold();
        Start(Other);

        using IDisposable watching = Own.Changes.Watch(Tell);

        AssertIsTold(before: 0);
    }

    [StoreFact]
    public void EachWhoWatchesIsTold()
    {
        int others = 0;
        using IDisposable watching = Own.Changes.Watch(Tell), other = Own.Changes.Watch(() => Interlocked.Increment(ref others));
        LetItBeTold();
        int before = _told;

        Start(Other);

        AssertIsTold(before);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref others) > 0, TimeSpan.FromSeconds(60)));
    }

    [StoreFact]
    public void WhoWatchesNoMoreIsNotTold()
    {
        IDisposable watching = Own.Changes.Watch(Tell);
        LetItBeTold();
        watching.Dispose();

        // A call that had begun then has ended when another who watches is told.
        int others = 0;
        using IDisposable other = Own.Changes.Watch(() => Interlocked.Increment(ref others));
        AssertIsTold(ref others, before: 0);
        (int before, int othersBefore) = (_told, Volatile.Read(ref others));
        Start(Other);
        AssertIsTold(ref others, othersBefore);

        Assert.Equal(before, _told);
    }

    private void Tell() => Interlocked.Increment(ref _told);

    /// <summary>Time for a store that has to be asked.</summary>
    private void LetItBeTold() => Time.Advance(TimeSpan.FromSeconds(1));

    /// <summary>A store that is told by a server may need real time for it.</summary>
    private void AssertIsTold(int before) => AssertIsTold(ref _told, before);

    private void AssertIsTold(ref int told, int before)
    {
        LetItBeTold();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var spin = default(SpinWait);
        while (Volatile.Read(ref told) <= before)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
            spin.SpinOnce();
        }
    }
}
