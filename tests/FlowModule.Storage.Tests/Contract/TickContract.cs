using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Ticks of scheduled flows.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class TickContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void ATickIsFoundAsItWasWritten()
    {
        TickRow tick = NewTick() with
        {
            IsMissed = true, IsManual = true, State = StateType.Failed, StateName = "Late", Message = "Why.", StartTime = Now, EndTime = Now.AddSeconds(1),
            ExitCode = 3, IsLate = true, LogPath = "/log",
        };
        long id = Own.Schedules.Add(tick);

        TickRow found = Other.Schedules.Find("NIGHTLY", tick.Time)!;

        Assert.Equal(tick with { Id = id, Process = found.Process }, found);
        Assert.Equal((true, false), (Own.Schedules.Find(id)!.IsOwn, found.IsOwn));
        Assert.Null(Own.Schedules.Find("other", tick.Time));
    }

    [StoreFact]
    public void ThereIsOneOfEachTimeOfAFlow()
    {
        Own.Schedules.Add(NewTick());

        Assert.Throws<HistoryException>(() => Other.Schedules.Add(NewTick()));

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

        Assert.True(Own.Schedules.Change(second with { State = StateType.Running, Script = new TickProcess(7, 8), StartTime = Now }));
        Assert.Equal(new TickProcess(7, 8), Other.Schedules.Find(second.Id)!.Script);
        Assert.True(Own.Schedules.Change(second with { State = StateType.Completed, EndTime = Now }));

        Assert.Equal([first.Id], Ids(Other.Schedules.Open("nightly")));
        Assert.False(Other.Schedules.Change(second with { State = StateType.Crashed }));
        Assert.Equal(StateType.Completed, Other.Schedules.Find(second.Id)!.State);
    }

    [StoreFact]
    public void TheLastTimeIsOneOfTheSchedule()
    {
        Add(Own, Now);
        Own.Schedules.Add(NewTick(Now.AddHours(1)) with { IsManual = true });

        Assert.Equal(Now, Own.Schedules.LastTime("nightly", DateTimeOffset.MaxValue));
        Assert.Null(Own.Schedules.LastTime("nightly", Now));
    }

    [StoreFact]
    public void ATickThatIsGivenBackIsNobodys()
    {
        TickRow tick = Add(Own, Now);

        Own.Schedules.Release(tick.Id);

        Assert.False(Own.Schedules.Find(tick.Id)!.IsOwn);
        Own.Schedules.Remove(tick.Id);
        Assert.Null(Own.Schedules.Find(tick.Id));
        Assert.True(Own.Schedules.Change(tick with { State = StateType.Completed }));
    }

    [StoreFact]
    public void TheProcessOfATickIsAskedToStopIt()
    {
        TickRow tick = Add(Own, Now), over = Add(Own, Now.AddHours(1));
        Own.Schedules.Change(over with { State = StateType.Completed });

        Other.Schedules.AskToStop(tick.Id, "Because.");
        Other.Schedules.AskToStop(over.Id, "Too late.");

        Assert.Equal([(tick.Id, "Because.")], Own.Schedules.Stops());
        Assert.Empty(Other.Schedules.Stops());
    }

    [StoreFact]
    public void OldTicksGoButForTheLastOfEachFlow()
    {
        foreach (int hours in (int[])[0, 1, 2])
        {
            TickRow tick = Add(Own, Now.AddHours(hours));
            Own.Schedules.Change(tick with { State = StateType.Completed, EndTime = Now.AddHours(hours) });
        }

        Own.Schedules.RemoveOld(Now.AddHours(1));
        Assert.Equal(2, Own.Schedules.Last("nightly", 10).Count);
        Own.Schedules.RemoveOld(Now.AddDays(1));

        Assert.Equal(Now.AddHours(2), Assert.Single(Own.Schedules.Last("nightly", 10)).Time);
    }

    private static long[] Ids(IReadOnlyList<TickRow> ticks) => [.. ticks.Select(tick => tick.Id)];

    private TickRow NewTick(DateTimeOffset? time = null, string name = "nightly") => new() { Name = name, Time = time ?? Now, State = StateType.Scheduled };

    private TickRow Add(IHistoryStore store, DateTimeOffset time, string name = "nightly")
    {
        TickRow tick = NewTick(time, name);
        return tick with { Id = store.Schedules.Add(tick) };
    }
}
