using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.History;

public sealed class RunHistoryTests : IDisposable
{
    private readonly HistoryRig _rig = new();

    [Fact]
    public void NothingIsOpenedBeforeItIsUsed()
    {
        Assert.Equal(0, _rig.OpenCount);

        _rig.Run().Recording!.Flush();

        Assert.Equal(1, _rig.OpenCount);
    }

    [Fact]
    public void WhatWaitsIsWrittenTogether()
    {
        FlowRun first = _rig.Run(), second = _rig.Run();

        second.Recording!.Flush();

        HistoryBatch batch = Assert.Single(_rig.Store.Batches);
        Assert.Equal([first.Id, first.Id, second.Id, second.Id], batch.Changes.Select(change => change.RunId));
    }

    [Fact]
    public void LinesThatARunSaysAgainAreInItsLogOnce()
    {
        FlowRun run = _rig.Start();
        Say("one", "two", "one");
        _rig.History.Tick();

        run.Recording!.Repeated = new RepeatedLines(_rig.History.Logs(new LogQuery(run.Id)));
        Say("one", "two", "one", "one", "three");
        run.Listeners.Logged(run, _rig.Time.GetLocalNow(), FlowLogLevel.Warning, "two");
        _rig.History.Tick();

        Assert.Equal(["one", "two", "one", "one", "three", "two"], _rig.History.Logs(new LogQuery(run.Id)).Select(static line => line.Message));

        void Say(params string[] lines) => Array.ForEach(lines, line => run.Listeners.Logged(run, _rig.Time.GetLocalNow(), FlowLogLevel.Information, line));
    }

    [Fact]
    public void WhatIsKeptIsNotWrittenAgain()
    {
        FlowRun first = _rig.Run(), second = _rig.Run();

        second.Recording!.Flush();
        first.Recording!.Flush();
        _rig.History.Tick();

        Assert.Single(_rig.Store.Batches);
    }

    [Fact]
    public void FlushReturnsOnlyWhenAnotherHasKeptItsState()
    {
        using ManualResetEventSlim isWriting = new(), mayGoOn = new();
        FlowRun run = _rig.Run();
        _rig.Opened = store => store.Writing = () =>
        {
            isWriting.Set();
            Wait.For(mayGoOn);
        };
        TestThread writer = new(_rig.History.Tick);
        Wait.For(isWriting);

        // The queue is empty, but the run's entry is still being written.
        TestThread flush = new(run.Recording!.Flush);
        flush.UntilBlocked();
        Assert.False(flush.HasEnded);
        mayGoOn.Set();
        flush.Join();
        writer.Join();

        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
    }

    [Fact]
    public void WhatComesWhileABatchIsWrittenIsInTheNext()
    {
        FlowRun first = _rig.Run();
        FlowRun? second = null;
        _rig.Opened = store => store.Writing = () => second ??= _rig.Run();

        first.Recording!.Flush();
        Assert.Empty(_rig.Store.StatesOf(second!));
        second!.Recording!.Flush();

        Assert.Equal(2, _rig.Store.Batches.Length);
        Assert.Equal(2, _rig.Store.StatesOf(second!).Length);
    }

    [Fact]
    public void WhoeverBringsMoreThanFitsWritesIt()
    {
        FlowRun run = _rig.Start();
        for (int i = 0; i < RunHistory.Capacity - 2; i++)
        {
            _rig.Log(run);
        }

        Assert.Empty(_rig.Stores);
        _rig.Log(run);

        HistoryBatch batch = Assert.Single(_rig.Store.Batches);
        Assert.Equal(RunHistory.Capacity, batch.Changes.Count + batch.Lines.Count);
    }

    [Fact]
    public void OnlyTheLatestStateOfABatchSaysWhatTheRunIs()
    {
        FlowRun one = _rig.Start(), other = _rig.Run();
        _rig.History.Tick();
        one.Finish();
        _rig.History.Tick();

        Assert.Equal(
            [(one.Id, true), (other.Id, false), (other.Id, true), (one.Id, true)],
            _rig.Store.Batches.SelectMany(batch => batch.Changes.Select(change => (change.RunId, batch.Latest.Contains(change)))));
    }

    [Fact]
    public void WhatIsKeptIsSecuredOnceASecondAndNotWithoutNeed()
    {
        FlowRun run = _rig.Start();
        _rig.History.Tick();
        Assert.Equal(1, _rig.Store.SecureCount);

        _rig.Log(run);
        _rig.History.Tick();
        Assert.Equal(1, _rig.Store.SecureCount);
        Assert.True(_rig.History.NeedsTick);

        _rig.Time.Advance(RunHistory.SecureEach);
        _rig.History.Tick();
        _rig.Time.Advance(RunHistory.SecureEach);
        _rig.History.Tick();
        Assert.Equal(2, _rig.Store.SecureCount);
    }

    [Fact]
    public void TheStoreIsLookedForOnceASecondAndWithEachBatch()
    {
        FlowRun run = _rig.Start();
        for (int i = 0; i < 10; i++)
        {
            _rig.History.Tick();
            _rig.Time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.InRange(_rig.Store.PlaceCheckCount, 1, 3);
        int before = _rig.Store.PlaceCheckCount;
        _rig.Log(run);
        _rig.History.WriteQueued();
        Assert.Equal(before + 1, _rig.Store.PlaceCheckCount);
    }

    [Fact]
    public void DisposeWritesWhatWaits()
    {
        FlowRun run = _rig.Run();

        _rig.History.Dispose();

        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
        Assert.True(_rig.Store.HasEnded);
        Assert.True(_rig.Store.IsClosed);
    }

    [Fact]
    public void AHistoryThatIsClosedTakesNothingAndSaysSo()
    {
        _rig.History.Dispose();

        _rig.Run().Recording!.Flush();
        HistoryException exception = Assert.Throws<HistoryException>(() => _rig.History.Find(new RunQuery()));
        HistoryException required = Assert.Throws<HistoryException>(_rig.History.Require);

        Assert.Equal(HistoryFault.Unavailable, exception.Kind);
        Assert.Equal(HistoryFault.Unavailable, required.Kind);
        Assert.Empty(_rig.Stores);
    }

    [Fact]
    public void ARunThatThrowsWhenToldSomethingDoesNotEndTheWriting()
    {
        FlowRun run = _rig.Start();
        _rig.History.Rounds.After(static () => throw new InvalidOperationException("It broke."));

        _rig.History.Tick();
        _rig.Log(run);
        _rig.History.Tick();

        Assert.Contains("It broke.", _rig.History.TakeWarning(), StringComparison.Ordinal);
        Assert.Single(_rig.Store.Lines);
    }

    public void Dispose() => _rig.Dispose();
}
