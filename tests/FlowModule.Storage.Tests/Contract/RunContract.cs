using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Runs are kept as they were, and what they are is what they were last.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class RunContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void ARunIsFoundAsItWasWritten()
    {
        RunRow parent = Start(Own);
        var run = new RunRow
        {
            Id = Guid.CreateVersion7(Time.GetUtcNow()),
            ParentId = parent.Id,
            RootId = parent.Id,
            Kind = RunKind.Subflow,
            Name = "Ünïted\n名前",
            Flow = new FlowRow("nightly", ["a", "b"]) { ScriptHash = "hash", ScriptText = "{ 1 }", ScriptPath = "/x.ps1", ScriptLine = 7 },
            CreatedTime = Now,
            Key = [1, 0, 255],
            RestartOf = Guid.NewGuid(),
            Schedule = "every night",
            ScheduledTime = Now.AddHours(-1),
        };
        DateTimeOffset due = Now.AddMinutes(5);
        Write(Own, new RunChange(run, new StateRow(3, StateType.Scheduled, "AwaitingRetry", "Again in a while.", Now, due))
        {
            Start = new RunStart(),
            StartTime = Now.AddSeconds(-1),
            Attempt = 2,
            ErrorCount = 4,
            HostName = "web1",
        });

        RunSnapshot found = Find(Other, run);

        Assert.Equivalent(
            new { run.Id, run.ParentId, run.RootId, run.Kind, run.Name, run.CreatedTime, run.Key, run.RestartOf, run.Schedule, run.ScheduledTime },
            new { found.Run.Id, found.Run.ParentId, found.Run.RootId, found.Run.Kind, found.Run.Name, found.Run.CreatedTime, found.Run.Key, found.Run.RestartOf, found.Run.Schedule, found.Run.ScheduledTime });
        Assert.Equal(("nightly", "hash", "/x.ps1", 7), (found.Run.Flow.Name, found.Run.Flow.ScriptHash, found.Run.Flow.ScriptPath, found.Run.Flow.ScriptLine));
        Assert.Equal(["a", "b"], found.Run.Flow.Tags);
        Assert.Equal(
            (StateType.Scheduled, "AwaitingRetry", "Again in a while.", Now, due),
            (found.State.Type, found.State.Name, found.State.Message, found.State.Timestamp, found.State.ScheduledTime));
        Assert.Equal((4, false, 2, 4), (found.StateCount, found.IsOver, found.Attempt, found.ErrorCount));
        Assert.Equal((Now.AddSeconds(-1), null), (found.StartTime, found.EndTime));
        Assert.Equal(("web1", "machine", 4711), (found.HostName, found.ComputerName, found.ProcessId));
        Assert.Equal("{ 1 }", Other.Script("hash"));
        Assert.Null(Other.Script("another"));
    }

    [StoreFact]
    public void OfABatchTheLatestStateSaysWhatTheRunIs()
    {
        RunRow run = NewRun();

        // As when a state is read anew from its run while an older one is on its way.
        Write(Own, Running(run), Completed(run), Running(run));

        RunSnapshot found = Find(Other, run);
        Assert.Equal((StateType.Completed, true, 3), (found.State.Type, found.IsOver, found.StateCount));
        Assert.Equal(["Running", "Completed"], Other.States(run.Id).Select(state => state.Name));
    }

    [StoreFact]
    public void AnOlderStateTakesNothingBack()
    {
        RunRow run = Run(Own);

        Write(Own, Running(run));

        Assert.Equal(StateType.Completed, Find(Own, run).State.Type);
        Assert.Equal(["Running", "Completed"], Own.States(run.Id).Select(state => state.Name));
    }

    [StoreFact]
    public void TheFirstStartIsTheStart()
    {
        RunRow run = Start(Own);
        DateTimeOffset first = Now;
        Time.Advance(TimeSpan.FromSeconds(1));

        Write(Own, To(run, 2, StateType.Running, "Retrying", start: new RunStart()));

        Assert.Equal(first, Find(Own, run).StartTime);
    }

    [StoreFact]
    public void ValuesAreKeptAsTheyAreGiven()
    {
        RunRow run = NewRun();
        var start = new RunStart { Parameters = new EncodedValue("<p>\u0001ü\uD83D\uDE00</p>"), Input = new EncodedValue(null, "Not kept: too large."), Options = new EncodedValue("o") };

        Write(Own, Running(run, start), To(run, 2, StateType.Failed, start: start, result: new EncodedValue("r"), error: new EncodedValue("e"), details: new EncodedValue("d")));

        Assert.Equal(
            [start.Parameters, start.Input, new EncodedValue("r"), new EncodedValue("e"), start.Options, new EncodedValue("d")],
            Enum.GetValues<RunValue>().Select(value => Other.Value(run.Id, value)));
        Assert.True(Other.Value(Guid.NewGuid(), RunValue.Result).IsNothing);
    }

    [StoreFact]
    public void WhatARunWasGivenIsKeptWhenItIsKnown()
    {
        RunRow run = NewRun();
        Write(Own, To(run, 1, StateType.Scheduled));
        Write(Own, To(run, 2, StateType.Running, start: new RunStart { Parameters = new EncodedValue("given") }));

        Assert.Equal("given", Own.Value(run.Id, RunValue.Parameters).Text);
    }

    [StoreFact]
    public void ARunThatGoesOnHasNoResultOfItsEarlierLife()
    {
        RunRow run = NewRun();
        Write(Own, Running(run), Completed(run, new EncodedValue("old")));

        Write(Other, To(run, 4, StateType.Running, start: new RunStart { GoesOn = true }));

        Assert.True(Other.Value(run.Id, RunValue.Result).IsNothing);
        Assert.False(Find(Other, run).IsOver);
    }

    [StoreFact]
    public void WhatIsSaidOfARunThatIsOverLeavesItsValues()
    {
        RunRow run = NewRun();
        Write(Own, To(run, 2, StateType.Completed, start: new RunStart { GoesOn = true, Parameters = new EncodedValue("p") }, result: new EncodedValue("r")));

        Write(Own, To(run, 3, StateType.Completed, "RolledBack"));

        Assert.Equal("RolledBack", Find(Own, run).State.Name);
        Assert.Equal(("p", "r"), (Own.Value(run.Id, RunValue.Parameters).Text, Own.Value(run.Id, RunValue.Result).Text));
    }

    [StoreFact]
    public void ABatchIsKeptWholeOrNotAtAll()
    {
        IHistoryStore store = OpenRegistered();
        RunRow run = NewRun();
        store.Dispose();

        Assert.Throws<HistoryException>(() => Write(store, Running(run), Line(run, "line")));

        Assert.Empty(Own.Find(new RunQuery()));
        Assert.Empty(Own.Logs(new LogQuery(run.Id)));
    }

    [StoreFact]
    public void ARowOfABatchThatCannotBeKeptKeepsTheOthersOutToo()
    {
        RunRow run = NewRun();
        RunRow broken = new() { Id = Guid.NewGuid(), RootId = run.Id, Kind = RunKind.Flow, Name = null!, Flow = run.Flow, CreatedTime = Now };

        Assert.ThrowsAny<Exception>(() => Write(Own, Running(run), Running(broken), Line(run, "line")));

        Assert.Empty(Own.Find(new RunQuery()));
        Assert.Empty(Own.Logs(new LogQuery(run.Id)));
        Run(Own, run);
        Assert.Equal("hash of flow", Find(Own, run).Run.Flow.ScriptHash);
    }

    [StoreFact]
    public void EachFlowIsNamedOnceAndInOrder()
    {
        Run(Own, NewRun("second"));
        Run(Own, NewRun("First"));
        Run(Other, NewRun("second", tags: "other"));

        Assert.Equal(["First", "second"], Own.FlowNames());
    }
}
