using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Ticks of scheduled flows.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class TickContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void ATickIsFoundAsItWasWrittenWithItsProcess()
    {
        TickRow tick = NewTick() with { IsMissed = true, IsManual = true, LogPath = "/log" };
        TickClaim claim = Claim(Own, tick);
        TickRow changed = claim.Tick with
        {
            State = StateType.Running, StateName = "Late", Message = "Why.", StartTime = Now, ExitCode = 3, IsLate = true, Script = new TickProcess(7, 8),
        };
        Assert.True(Own.Schedules.Change(changed));

        SupervisedTick found = Assert.Single(Other.Schedules.Open("NIGHTLY"));

        Assert.Equal(tick with { Id = claim.Tick.Id }, claim.Tick);
        Assert.Equal(changed with { Process = found.Process!.Number }, found.Tick);
        Assert.Equal(ProcessOf(Other, Start(Own)), found.Process);
        Assert.True(Assert.Single(Own.Schedules.Open("nightly")).Tick.IsOwn);
        Assert.Empty(Own.Schedules.Open("other"));
    }

    [StoreFact]
    public void ThereIsOneOfEachTimeOfAFlow()
    {
        TickRow own = Claim(Own, NewTick()).Tick;

        TickClaim other = Claim(Other, NewTick() with { Name = "NIGHTLY" });

        Assert.Equal((TickClaimKind.AlreadyTaken, own.Id), (other.Kind, other.Tick.Id));
        Assert.Single(Own.Schedules.Last("nightly", 10));
    }

    [StoreFact]
    public void ATimeThatIsFinerThanAStoreKeepsIsTheSameTime()
    {
        DateTimeOffset fine = Now.AddTicks(7);
        TickRow own = Claim(Own, NewTick(fine)).Tick;

        TickClaim other = Claim(Other, NewTick(fine));
        Other.Schedules.Record(NewTick(fine), []);

        Assert.Equal((TickClaimKind.AlreadyTaken, own.Id), (other.Kind, other.Tick.Id));
        Assert.Equal(Now, own.Time);
        Assert.Single(Own.Schedules.Last("nightly", 10));
    }

    [StoreFact]
    public void WhatIsOpenIsInTheOrderInWhichItWasTaken()
    {
        TickRow second = Add(Own, Now.AddHours(2)), first = Add(Other, Now.AddHours(1)), other = Add(Own, Now, "other");

        Assert.Equal([second.Id, first.Id], Ids(Own.Schedules.Open("nightly")));
        Assert.Equal([second.Id, first.Id, other.Id], Ids(Own.Schedules.Open()));
        Assert.Equal([second.Id], Ids(Own.Schedules.Last("nightly", 1)));
        Assert.Equal(["nightly", "other"], Own.Schedules.Names());

        Assert.True(Own.Schedules.Change(second with { State = StateType.Completed, EndTime = Now }));

        Assert.Equal([first.Id], Ids(Other.Schedules.Open("nightly")));
        Assert.False(Other.Schedules.Change(second with { State = StateType.Crashed }));
        Assert.Equal(StateType.Completed, Other.Schedules.Last("nightly", 1)[0].Tick.State);
    }

    [StoreFact]
    public void TicksOfOneClaimAreTakenTogetherAndDoNotCountAmongTheOthers()
    {
        TickRow running = Add(Own, Now);

        IReadOnlyList<TickClaim> queued = Claim(Other, MultipleInstances.Queue, NewTick(Now.AddHours(1)), NewTick(Now), NewTick(Now.AddHours(2)));
        Assert.Equal([TickClaimKind.Waits, TickClaimKind.AlreadyTaken, TickClaimKind.Waits], queued.Select(claim => claim.Kind));
        Assert.Equal(running.Id, queued[1].Tick.Id);

        IReadOnlyList<TickClaim> free = Claim(Other, MultipleInstances.IgnoreNew, NewTick(name: "other"), NewTick(Now.AddHours(1), "other"));
        Assert.Equal([TickClaimKind.Started, TickClaimKind.Started], free.Select(claim => claim.Kind));
    }

    [StoreFact]
    public void WhatElseRunsDecidesAsTheFlowSays()
    {
        TickRow running = Add(Own, Now);

        Assert.Equal(TickClaimKind.Started, Claim(Other, NewTick(Now.AddHours(1))).Kind);
        TickClaim skipped = Claim(Other, MultipleInstances.IgnoreNew, NewTick(Now.AddHours(2)))[0];
        Assert.Equal((TickClaimKind.Skipped, StateType.Cancelled, Now), (skipped.Kind, skipped.Tick.State, skipped.Tick.EndTime));
        Assert.Empty(Own.Schedules.Stops());
        Assert.Equal(TickClaimKind.Waits, Claim(Other, MultipleInstances.StopExisting, NewTick(Now.AddHours(3)))[0].Kind);

        (long id, string reason) = Assert.Single(Own.Schedules.Stops());
        Assert.Equal(running.Id, id);
        Assert.Contains("takes its place", reason, StringComparison.Ordinal);
        Own.Schedules.Change(running with { State = StateType.Completed, EndTime = Now });
        Assert.Empty(Own.Schedules.Stops());
    }

    [StoreFact]
    public void TheLastTickThatIsOverIsOneOfTheSchedule()
    {
        End(Own, Add(Own, Now));
        Add(Own, Now.AddHours(1));
        End(Own, Claim(Own, NewTick(Now.AddHours(2)) with { IsManual = true }).Tick);

        Assert.Equal(Now, Other.Schedules.LastEnded("NIGHTLY"));
        Assert.Null(Other.Schedules.LastEnded("other"));
    }

    [StoreFact]
    public void ATickThatIsReleasedIsClaimedAgain()
    {
        TickRow tick = Add(Own, Now);
        Own.Schedules.Release(tick.Id);
        SupervisedTick released = Other.Schedules.Open("nightly")[0];
        Assert.Equal((null, false), (released.Process, Own.Schedules.Open("nightly")[0].Tick.IsOwn));

        // Without the knowledge that it is free, it is another's.
        Assert.Equal(TickClaimKind.AlreadyTaken, Claim(Other, NewTick()).Kind);
        TickClaim again = Other.Schedules.Claim(Request(MultipleInstances.IgnoreNew, NewTick()) with { Lost = [new LostTick(released.Tick, Crashed: null)] })[0];

        Assert.Equal(TickClaimKind.Started, again.Kind);
        Assert.NotEqual(tick.Id, again.Tick.Id);
        Assert.Equal([again.Tick.Id], Ids(Own.Schedules.Open()));
        Assert.False(Own.Schedules.Change(tick with { State = StateType.Running }));
    }

    [StoreFact]
    public void OneTickMakesUpForTheFreeOnesBeforeIt()
    {
        LostTick[] free = [.. Enumerable.Range(0, 3).Select(hour => Add(Own, Now.AddHours(hour))).ToArray().Select(tick => Free(tick))];

        TickRow missed = NewTick(Now.AddHours(1)) with { IsMissed = true };
        Other.Schedules.Claim(Request(MultipleInstances.Parallel, missed) with { Lost = free, MakesUpForAll = true });
        Assert.Equal([Now.AddHours(2), Now.AddHours(1)], Own.Schedules.Last("nightly", 9).Select(tick => tick.Tick.Time));

        Other.Schedules.Record(NewTick(Now.AddHours(3)) with { State = StateType.Cancelled, EndTime = Now }, free);
        Other.Schedules.Record(NewTick(Now.AddHours(1)) with { State = StateType.Cancelled, EndTime = Now }, []);
        Assert.Equal(
            [(Now.AddHours(3), StateType.Cancelled), (Now.AddHours(1), StateType.Scheduled)], Own.Schedules.Last("nightly", 9).Select(tick => (tick.Tick.Time, tick.Tick.State)));
    }

    [StoreFact]
    public void ATickOfADeadProcessIsEndedOnceUnlessItHasGoneOn()
    {
        TickRow gone = Add(Own, Now), alive = Add(Own, Now.AddHours(1)), other = Add(Own, Now, "other");
        LostTick[] lost = [Crashed(gone), Crashed(alive), Crashed(other), Free(Add(Own, Now.AddHours(2)))];
        Own.Schedules.Change(alive with { State = StateType.Running, Script = new TickProcess(1, 1) });

        Assert.Equal([gone.Id, other.Id], Other.Schedules.End(lost).Select(tick => tick.Id).Order());
        Assert.Empty(Other.Schedules.End(lost));

        Assert.Equal([StateType.Scheduled, StateType.Running, StateType.Crashed], Own.Schedules.Last("nightly", 9).Select(tick => tick.Tick.State));
    }

    [StoreFact]
    public void AClaimEndsTheCrashedTicksOfItsFlow()
    {
        TickRow gone = Add(Own, Now);

        TickRequest request = Request(MultipleInstances.IgnoreNew, NewTick(Now.AddHours(1)), NewTick(Now.AddHours(2))) with { Lost = [Crashed(gone)] };
        IReadOnlyList<TickClaim> claims = Other.Schedules.Claim(request);

        Assert.Equal([TickClaimKind.Started, TickClaimKind.Started], claims.Select(claim => claim.Kind));
        Assert.Equal([gone.Id], claims[0].Crashed.Select(tick => tick.Id));
        Assert.Empty(claims[1].Crashed);
    }

    [StoreFact]
    public void OldTicksGoButForTheLastOfEachFlow()
    {
        foreach (int hours in (int[])[0, 1, 2])
        {
            Time.Advance(TimeSpan.FromHours(1));
            End(Own, Add(Own, Now));
        }

        Own.Schedules.RemoveOld(TimeSpan.FromHours(1));
        Assert.Equal(2, Own.Schedules.Last("nightly", 10).Count);
        Own.Schedules.RemoveOld(TimeSpan.Zero);

        Assert.Equal(Now, Assert.Single(Own.Schedules.Last("nightly", 10)).Tick.Time);
    }

    private static long[] Ids(IReadOnlyList<SupervisedTick> ticks) => [.. ticks.Select(tick => tick.Tick.Id)];

    private static TickRequest Request(MultipleInstances rule, params TickRow[] ticks) => new(ticks[0].Name, ticks, rule, MakesUpForAll: false, Lost: []);

    private static IReadOnlyList<TickClaim> Claim(IHistoryStore store, MultipleInstances rule, params TickRow[] ticks) => store.Schedules.Claim(Request(rule, ticks));

    private static TickClaim Claim(IHistoryStore store, TickRow tick) => Claim(store, MultipleInstances.Parallel, tick)[0];

    private LostTick Free(TickRow tick) => new(Seen(tick), Crashed: null);

    private LostTick Crashed(TickRow tick) => new(Seen(tick), Seen(tick) with { State = StateType.Crashed, EndTime = Now });

    /// <summary>A tick as the other process sees it.</summary>
    private TickRow Seen(TickRow tick) => Other.Schedules.Open(tick.Name).Single(other => other.Tick.Id == tick.Id).Tick;

    private TickRow NewTick(DateTimeOffset? time = null, string name = "nightly") => new() { Name = name, Time = time ?? Now, State = StateType.Scheduled };

    private TickRow Add(IHistoryStore store, DateTimeOffset time, string name = "nightly") => Claim(store, NewTick(time, name)).Tick;

    private void End(IHistoryStore store, TickRow tick) => Assert.True(store.Schedules.Change(tick with { State = StateType.Completed, EndTime = Now }));
}
