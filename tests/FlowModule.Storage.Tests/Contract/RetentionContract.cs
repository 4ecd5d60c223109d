using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Old runs go, and nothing that goes on does.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class RetentionContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void WhatIsKeptIsSaidOnceForAll()
    {
        Assert.Equal(RetentionSettings.Default, Other.Retention.Settings);
        var settings = new RetentionSettings(KeepDays: null, KeepRuns: 7, KeepLogSize: null);

        Own.Retention.Settings = settings;

        Assert.Equal(settings, Other.Retention.Settings);
    }

    [StoreFact]
    public void RunsThatEndedLongAgoAreLetGo()
    {
        RunRow old = Run(Own), goesOn = Start(Own), suspended = NewRun();
        Write(Own, To(suspended, 1, StateType.Paused, "Suspended", start: new RunStart(), isOver: true));
        Run(Own, NewRun("child", old));
        Time.Advance(TimeSpan.FromDays(2));
        RunRow endsNow = NewRun();
        Write(Own, To(goesOn, 2, StateType.Running, "Retrying", start: new RunStart()));
        Run(Own, endsNow);

        Assert.Equal([old.Id], Own.Retention.FindExpired(new RetentionSettings(KeepDays: 1, KeepRuns: null), after: null, limit: 10));
        Assert.Empty(Own.Retention.FindExpired(new RetentionSettings(KeepDays: 3, KeepRuns: null), after: null, limit: 10));
        Assert.Empty(Own.Retention.FindExpired(new RetentionSettings(KeepDays: null, KeepRuns: null), after: null, limit: 10));
    }

    [StoreFact]
    public void RunsThatAreTooManyAreLetGoTheOldestFirst()
    {
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Run(Own).Id)];
        var settings = new RetentionSettings(KeepDays: null, KeepRuns: 2);

        Assert.Equal(ids[..3], Own.Retention.FindExpired(settings, after: null, limit: 10));
        Assert.Equal(ids[..2], Own.Retention.FindExpired(settings, after: null, limit: 2));
        Assert.Equal(ids[1..3], Own.Retention.FindExpired(settings, after: ids[0], limit: 10));
    }

    [StoreFact]
    public void ATreeGoesTheInnermostFirstAndOnlyWhenAllOfItIsOver()
    {
        RunRow top = Run(Own), child = Run(Own, NewRun("child", top)), inner = Start(Own, NewRun("inner", child)), other = Run(Own);
        Assert.Empty(Own.Retention.FindTree(top.Id));
        Write(Own, Completed(inner));
        Write(Own, Line(inner, "line"));

        IReadOnlyList<Guid> tree = Own.Retention.FindTree(top.Id);
        Assert.Equal([inner.Id, child.Id, top.Id], tree);
        int done = 0, removed = 0;
        while (done < tree.Count)
        {
            (int Done, int Removed) piece = Own.Retention.Remove(tree, done);
            (done, removed) = (done + piece.Done, removed + piece.Removed);
        }

        Assert.Equal(3, removed);
        Assert.Equal([other.Id], Ids(Other, new RunQuery()));
        Assert.Empty(Other.Logs(new LogQuery(inner.Id)));
        Assert.Empty(Other.States(inner.Id));
        Assert.Empty(Own.Retention.FindTree(top.Id));
    }

    [StoreFact]
    public void ARunThatWasTakenUpAgainStays()
    {
        RunRow run = Run(Own);
        IReadOnlyList<Guid> tree = Own.Retention.FindTree(run.Id);
        Assert.True(Other.Resumes.TryTake(Find(Other, run), new FlowStateRecord(StateType.Scheduled, "Resuming", message: null, Now)));

        Assert.Equal((1, 0), Own.Retention.Remove(tree, 0));

        Assert.Equal("Resuming", Find(Own, run).State.Name);
    }

    [StoreFact]
    public void WhatNoRunNeedsGoesAndIsMadeAnewWhenOneDoes()
    {
        RunRow run = Run(Own);
        Own.Retention.Remove([run.Id], 0);
        Own.Retention.RemoveUnused();
        Assert.Empty(Own.FlowNames());
        Assert.Null(Own.Script("hash of flow"));

        RunRow next = Run(Own), other = Run(Other);

        Assert.Equal([other.Id, next.Id], Ids(Own, new RunQuery { FlowNames = ["flow"] }));
        Assert.Equal("{ flow }", Own.Script("hash of flow"));
    }

    [StoreFact]
    public void OfAllThatAskOneLooksForOldRuns()
    {
        Assert.Equal([true, false], new[] { Own, Other }.Select(store => store.Retention.TryClaimPruning()));

        // It may have died on the way.
        Time.Advance(TimeSpan.FromHours(1));
        Assert.True(Other.Retention.TryClaimPruning());
        Other.Retention.CompletePruning();
        Time.Advance(TimeSpan.FromHours(23));
        Assert.False(Own.Retention.TryClaimPruning());
        Time.Advance(TimeSpan.FromHours(2));
        Assert.True(Own.Retention.TryClaimPruning());
        Own.Retention.CompletePruning();

        Own.Retention.Settings = new RetentionSettings(1, null);
        Assert.True(Other.Retention.TryClaimPruning());
    }

    [StoreFact]
    public void ItSaysHowMuchThereIs()
    {
        Assert.Equal((0, 0, 0, null), Counts());
        RunRow top = Run(Own);
        Run(Own, NewRun("child", top));
        Write(Own, Line(top, "line"));

        Assert.Equal((2, 1, 1, top.CreatedTime), Counts());
    }

    private (long Runs, long Tops, long Lines, DateTimeOffset? Oldest) Counts() =>
        Own.Retention.Statistics() is var statistics ? (statistics.RunCount, statistics.TopRunCount, statistics.LogCount, statistics.OldestRunTime) : default;
}
