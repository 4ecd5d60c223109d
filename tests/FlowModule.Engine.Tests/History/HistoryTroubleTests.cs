using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.History;

public sealed class HistoryTroubleTests : IDisposable
{
    private readonly HistoryRig _rig = new();

    [Fact]
    public void TroubleIsToldOnceAndTheRunsGoOn()
    {
        _rig.Opening = static () => throw HistoryRig.Trouble();

        _rig.Run().Recording!.Flush();

        Assert.Equal("It cannot be written. Runs continue, but are not recorded, and share limits and cached results only within their process.", _rig.History.TakeWarning());
        for (int i = 0; i < 3; i++)
        {
            _rig.Run().Recording!.Flush();
            _rig.Time.Advance(RunHistory.RetryAfter);
        }

        Assert.Null(_rig.History.TakeWarning());
        Assert.Equal(HistoryFault.Unavailable, _rig.History.Trouble!.Kind);
    }

    [Fact]
    public void AfterTroubleItIsTriedAgainAfterSomeTime()
    {
        _rig.Opening = static () => throw HistoryRig.Trouble();
        _rig.Run().Recording!.Flush();
        _rig.Time.Advance(RunHistory.RetryAfter - TimeSpan.FromMilliseconds(1));
        _rig.Run().Recording!.Flush();
        Assert.Equal(1, _rig.OpenCount);

        _rig.Opening = null;
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        FlowRun run = _rig.Run();
        run.Recording!.Flush();

        Assert.Equal(2, _rig.OpenCount);
        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
        Assert.Null(_rig.History.Trouble);
    }

    [Fact]
    public void AStoreInTroubleIsClosedAndOpenedAgain()
    {
        _rig.Opened = static store => store.Writing = static () => throw HistoryRig.Trouble();
        _rig.Run().Recording!.Flush();
        Assert.True(_rig.Store.IsClosed);
        Assert.False(_rig.Store.IsSetAside);
        Assert.Equal(1, _rig.OpenCount);

        _rig.Opened = null;
        FlowRun run = _rig.Start();
        run.Recording!.Flush();
        _rig.RetryTick();

        Assert.Equal(2, _rig.OpenCount);
        Assert.Single(_rig.Store.StatesOf(run));
    }

    [Fact]
    public void RunsThatGoOnAreRecordedAnewWhenItIsGoodAgain()
    {
        _rig.Opening = static () => throw HistoryRig.Trouble();
        FlowRun over = _rig.Run(), active = _rig.Start();
        active.Recording!.Flush();

        // No new entry comes: the tick writes it.
        _rig.Opening = null;
        _rig.RetryTick();

        RunChange state = Assert.Single(_rig.Store.StatesOf(active));
        Assert.Equal((StateType.Running, 1, false), (state.State.Type, state.State.Number, state.IsOver));
        Assert.Equal([state], _rig.Store.Batches[0].Latest);
        Assert.Empty(_rig.Store.StatesOf(over));
        active.Finish();
        active.Recording!.Flush();
        Assert.Equal([1, 2], _rig.Store.StatesOf(active).Select(state => state.State.Number));
    }

    [Fact]
    public void RunsOfOtherHistoriesAndOfOtherProcessesAreNotRecordedAnew()
    {
        using HistoryRig other = new();
        FlowRun elsewhere = new TestFlow().Run(_rig.Time);
        elsewhere.Recording = new RunRecording(_rig.History, elsewhere) { IsElsewhere = true };
        Assert.True(elsewhere.TryStart());
        try
        {
            FlowRun theirs = other.Start();
            _rig.Opening = static () => throw HistoryRig.Trouble();
            FlowRun ours = _rig.Start();
            ours.Recording!.Flush();
            _rig.Opening = null;
            _rig.RetryTick();

            Assert.Single(_rig.Store.StatesOf(ours));
            Assert.Empty(_rig.Store.StatesOf(theirs));
            Assert.Empty(_rig.Store.StatesOf(elsewhere));
        }
        finally
        {
            elsewhere.Finish();
        }
    }

    [Fact]
    public void ARecalledStateIsNotTakenBackByAnOlderOneOfTheBatch()
    {
        // While the batch with the first state is being written, the run reaches its second state.
        FlowRun run = _rig.Start();
        bool isFirst = true;
        _rig.Opened = store => store.Writing = () =>
        {
            if (isFirst)
            {
                isFirst = false;
                run.End(new RunOutcome([]), TestErrors.Instance.Describe);
                throw HistoryRig.Trouble(HistoryFault.Missing);
            }
        };

        _rig.History.Tick();

        RunChange latest = Assert.Single(_rig.Store.Batches[0].Latest);
        Assert.Equal((StateType.Completed, 2, true), (latest.State.Type, latest.State.Number, latest.IsOver));
        run.MarkOver();
    }

    [Fact]
    public void AStoreThatIsGoneIsReadOnceMoreAndAPersonIsTold()
    {
        FlowRun over = _rig.Run(), active = _rig.Start();
        _rig.History.Tick();
        TroubledStore lost = _rig.Store;
        lost.IsGone = true;

        FlowRun last = _rig.Run();
        last.Recording!.Flush();

        (IHistoryStore left, IReadOnlyList<Guid> runs) = Assert.Single(_rig.Store.Carried);
        Assert.Same(lost, left);
        Assert.Equal(new[] { active.Id, last.Id }.Order(), runs.Order());
        Assert.DoesNotContain(over.Id, runs);
        Assert.True(lost.IsClosed);
        Assert.Equal(
            $"The history '{_rig.History.Location}' was removed or replaced while it was in use. "
            + "Runs that go on, and the runs inside them, were copied to the new history: 2 runs. Not copied: 7 runs.",
            _rig.History.TakeWarning());
        _rig.History.Tick();
        Assert.Null(_rig.History.TakeWarning());
        Assert.False(last.Recording!.IsLost);
    }

    [Fact]
    public void WhatCannotBeTakenOverIsLostAndSaidToBe()
    {
        FlowRun active = _rig.Start();
        _rig.History.Tick();
        TroubledStore lost = _rig.Store;
        lost.IsGone = true;
        _rig.Opened = static store => store.Carrying = static () => throw HistoryRig.Trouble();

        active.Finish();
        active.Recording!.Flush();

        Assert.True(active.Recording!.IsLost);
        Assert.True(lost.IsClosed);
        Assert.EndsWith("Runs that go on could not be copied to the new history: It cannot be written.", _rig.History.TakeWarning(), StringComparison.Ordinal);
        Assert.Single(_rig.Store.StatesOf(active));
    }

    [Fact]
    public void WhoHasRecordedNothingHasNothingToTell()
    {
        _rig.History.Read(static store => store.FlowNames());
        _rig.Store.IsGone = true;

        _rig.Start().Recording!.Flush();

        Assert.Null(_rig.History.TakeWarning());
    }

    [Fact]
    public void ADamagedStoreIsSetAsideAtOnceAndTheBatchIsTheFirstOfTheNext()
    {
        FlowRun active = _rig.Start();
        _rig.History.Tick();
        _rig.Store.Writing = static () => throw HistoryRig.Trouble(HistoryFault.Damaged);
        FlowRun run = _rig.Run();
        run.Recording!.Flush();

        Assert.Equal(2, _rig.OpenCount);
        Assert.True(_rig.Stores[0].IsSetAside);
        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
        Assert.Single(_rig.Store.StatesOf(active));
        string warning = _rig.History.TakeWarning()!;
        Assert.Contains("'memory.damaged'", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("not recorded", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoeverMeetsTheDamageIsToldWhereTheStoreIsNow()
    {
        _rig.Start();
        _rig.History.Tick();

        HistoryException damage = Assert.Throws<HistoryException>(() => _rig.History.Read<int>(static _ => throw HistoryRig.Trouble(HistoryFault.Damaged)));

        Assert.Equal(HistoryFault.Damaged, damage.Kind);
        Assert.Contains("set aside as 'memory.damaged'", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BeforeOldRunsAreRemovedTheStoreIsLookedThroughAndABrokenOneSetAside()
    {
        _rig.Opened = store =>
        {
            store.IsToPrune = true;
            store.IsBroken = _rig.OpenCount == 1;
        };
        FlowRun run = _rig.Start();
        _rig.History.Tick();

        Assert.Equal(1, _rig.Stores[0].WholeCheckCount);
        Assert.True(_rig.Stores[0].IsSetAside);
        Assert.Contains("set aside as 'memory.damaged'", _rig.History.TakeWarning(), StringComparison.Ordinal);
        _rig.History.Tick();
        Assert.NotEmpty(_rig.Store.StatesOf(run));
    }

    [Fact]
    public void WhereAnotherProcessHasSetItAsideNothingIsToldOfIt()
    {
        _rig.Opened = store =>
        {
            store.AsideName = null;
            store.Writing = _rig.OpenCount == 1 ? static () => throw HistoryRig.Trouble(HistoryFault.Damaged) : null;
        };
        FlowRun run = _rig.Run();
        run.Recording!.Flush();

        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
        Assert.Null(_rig.History.TakeWarning());
    }

    [Fact]
    public void WhatIsDamagedAgainAndAgainIsNotOpenedWithoutAPause()
    {
        _rig.Opened = static store => store.Writing = static () => throw HistoryRig.Trouble(HistoryFault.Damaged);
        for (int i = 0; i < 10; i++)
        {
            _rig.Run().Recording!.Flush();
        }

        Assert.Equal(2, _rig.OpenCount);
        Assert.Contains("not recorded", _rig.History.TakeWarning(), StringComparison.Ordinal);
    }

    [Fact]
    public void AStoreThatIsGoneIsNoticedByTheTickAndBegunAnew()
    {
        FlowRun run = _rig.Start();
        _rig.History.Tick();
        _rig.Store.IsGone = true;
        _rig.Time.Advance(RunHistory.CheckEach);
        _rig.History.Tick();

        Assert.Equal(2, _rig.OpenCount);
        Assert.Single(_rig.Store.StatesOf(run));
        Assert.NotNull(_rig.History.TakeWarning());
    }

    [Fact]
    public void AStoreThatIsGoneIsNoticedByWhoeverWritesAfterAWhile()
    {
        _rig.Run().Recording!.Flush();
        _rig.Store.IsGone = true;
        _rig.Time.Advance(RunHistory.CheckEach);
        FlowRun run = _rig.Run();
        run.Recording!.Flush();

        Assert.Equal(2, _rig.OpenCount);
        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
    }

    [Fact]
    public void WhateverTheStoreThrowsIsTroubleAndNoMore()
    {
        bool isBroken = true;
        _rig.Opened = store => store.Writing = () =>
        {
            if (isBroken)
            {
                throw new InvalidOperationException("It broke.");
            }
        };
        FlowRun lost = _rig.Run();
        lost.Recording!.Flush();
        Assert.Equal(
            $"The history '{_rig.History.Location}' cannot be used: It broke. Runs continue, but are not recorded, and share limits and cached results only within their process.", _rig.History.TakeWarning());

        isBroken = false;
        _rig.Time.Advance(RunHistory.RetryAfter);
        FlowRun run = _rig.Run();
        run.Recording!.Flush();

        // Without the previous entry, whose batch has ended.
        Assert.Equal(2, _rig.Store.Entered.Length);
        Assert.Equal(2, _rig.Store.StatesOf(run).Length);
    }

    [Fact]
    public void WhateverOpeningThrowsIsTroubleAndNoMore()
    {
        _rig.Opening = static () => throw new DllNotFoundException("There is no such library.");
        _rig.Run().Recording!.Flush();

        Assert.Contains("There is no such library.", _rig.History.TakeWarning(), StringComparison.Ordinal);
        Assert.Throws<HistoryException>(_rig.History.Require);
    }

    [Fact]
    public void TroubleOfAnotherKindAfterAGoodTimeIsToldToo()
    {
        _rig.Opening = static () => throw HistoryRig.Trouble();
        _rig.Run().Recording!.Flush();
        Assert.NotNull(_rig.History.TakeWarning());

        _rig.Opening = null;
        _rig.Time.Advance(RunHistory.RetryAfter);
        _rig.Run().Recording!.Flush();
        _rig.Store.Writing = static () => throw new HistoryException(HistoryFault.Unavailable, "The disk is full.");
        _rig.Run().Recording!.Flush();

        Assert.StartsWith("The disk is full.", _rig.History.TakeWarning(), StringComparison.Ordinal);
    }

    [Fact]
    public void RequireSeesThatItCanBeWritten()
    {
        _rig.Run().Recording!.Flush();
        _rig.History.Require();
        _rig.Store.Beating = static () => throw HistoryRig.Trouble();

        HistoryException exception = Assert.Throws<HistoryException>(_rig.History.Require);

        Assert.Equal("It cannot be written.", exception.Message);
    }

    [Fact]
    public void RequireTriesAgainWithoutWaiting()
    {
        _rig.Opening = static () => throw HistoryRig.Trouble();
        _rig.Run().Recording!.Flush();
        _rig.Opening = null;

        _rig.History.Require();

        Assert.Null(_rig.History.Trouble);
        Assert.Equal(2, _rig.OpenCount);
    }

    [Fact]
    public void WhoReadsWhatIsDamagedIsToldAndItIsSetAside()
    {
        _rig.Run().Recording!.Flush();

        Assert.Throws<HistoryException>(() => _rig.History.Read<int>(static _ => throw HistoryRig.Trouble(HistoryFault.Damaged)));

        Assert.True(_rig.Store.IsSetAside);
        _rig.Run().Recording!.Flush();
        Assert.Equal(2, _rig.OpenCount);
    }

    [Fact]
    public void WhoReadsWhileTheStoreIsClosedReadsFromTheNext()
    {
        _rig.Run().Recording!.Flush();
        TroubledStore first = _rig.Store;

        TroubledStore read = _rig.History.Read(store =>
        {
            if (store == first)
            {
                first.IsGone = true;
                _rig.Time.Advance(RunHistory.CheckEach);
                _rig.History.Tick();
                throw HistoryRig.Trouble();
            }

            return (TroubledStore)store;
        });

        Assert.NotSame(first, read);
    }

    public void Dispose() => _rig.Dispose();
}
