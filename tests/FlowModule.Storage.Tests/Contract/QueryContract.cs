using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>A query finds what it asks for, and nothing else.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class QueryContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void TheNewestComesFirst()
    {
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Run(Own).Id)];

        Assert.Equal(ids.Reverse(), Ids(Other, new RunQuery()));
        Assert.Equal(ids.Reverse().Take(2), Ids(Other, new RunQuery { Last = 2 }));
    }

    [StoreTheory]
    [InlineData("calm-otter", true)]
    [InlineData("CALM-OTTER", true)]
    [InlineData("calm*", true)]
    [InlineData("*OTTER", true)]
    [InlineData("calm-otte?", true)]
    [InlineData("calm-otter?", false)]
    [InlineData("[a-c]alm-otter", true)]
    [InlineData("[x]alm-otter", false)]
    [InlineData("calm_otter", false)]
    [InlineData("%", false)]
    [InlineData("calm", false)]
    public void NamesArePatternsInAnyCase(string pattern, bool isFound)
    {
        RunRow run = Run(Own, NewRun("calm-otter", tags: "calm-otter"));

        foreach (RunQuery query in new RunQuery[] { new() { Names = [pattern] }, new() { FlowNames = [pattern] }, new() { Tags = [pattern] } })
        {
            Assert.Equal(isFound ? [run.Id] : [], Ids(Own, query));
        }
    }

    [StoreFact]
    public void ANameWithBracketsIsFoundByItself()
    {
        RunRow run = Run(Own, NewRun(name: "copy [1]"));

        Assert.Equal([run.Id], Ids(Own, new RunQuery { Names = ["copy [1]"] }));
    }

    [StoreFact]
    public void AllThatIsSaidMustHoldAndOfAListOneOfIt()
    {
        RunRow first = Run(Own, NewRun("one")), second = Start(Own, NewRun("two")), third = Run(Own, NewRun("three"));

        Assert.Equal([third.Id, first.Id], Ids(Own, new RunQuery { FlowNames = ["one", "three"] }));
        Assert.Equal([second.Id], Ids(Own, new RunQuery { FlowNames = ["one", "two"], States = ["running"] }));
        Assert.Equal([third.Id, first.Id], Ids(Own, new RunQuery { Ids = [first.Id], Names = ["nobody", "calm-otter"], States = ["Completed"] }));
        Assert.Equal([second.Id], Ids(Own, new RunQuery { OnlyOpen = true }));
        Assert.Equal([second.Id], Ids(Own, new RunQuery { IdRange = new RunIdRange(second.Id, second.Id) }));
    }

    [StoreTheory]
    [InlineData("NIGHT", true)]
    [InlineData("otter prod", true)]
    [InlineData("completed", true)]
    [InlineData("done_100%", true)]
    [InlineData("doneX100%", false)]
    [InlineData("night missing", false)]
    public void WordsAreLookedForInAllThatIsSeenOfARun(string words, bool isFound)
    {
        RunRow run = NewRun("nightly", tags: "prod");
        Write(Own, Running(run), To(run, 2, StateType.Completed, message: "done_100%", start: new RunStart()));

        Assert.Equal(isFound ? [run.Id] : [], Ids(Other, new RunQuery { Words = words.Split(' ') }));
        Assert.Equal([run.Id], Ids(Other, new RunQuery { Words = [run.Id.ToString()[..13]] }));
    }

    [StoreFact]
    public void APageBeginsBelowTheLastRunOfTheOneBefore()
    {
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Run(Own).Id).Reverse()];

        Assert.Equal(ids[2..4], Ids(Other, new RunQuery { Below = ids[1], Last = 2 }));
        Assert.Empty(Ids(Other, new RunQuery { Below = ids[4] }));
    }

    [StoreFact]
    public void RunsAreCountedUpToTheLimitOfTheQuery()
    {
        for (int i = 0; i < 4; i++)
        {
            Run(Own, NewRun("one"));
        }

        Start(Own, NewRun("two"));

        Assert.Equal(5, Other.Count(new RunQuery()));
        Assert.Equal(4, Other.Count(new RunQuery { FlowNames = ["one"], States = ["Completed"] }));
        Assert.Equal(3, Other.Count(new RunQuery { FlowNames = ["one"], Last = 3 }));
        Assert.Equal(0, Other.Count(new RunQuery { Words = ["nobody"] }));
    }

    [StoreFact]
    public void TheLastRunsOfEachFlowAreThoseThatAreInNoOtherRun()
    {
        RunRow first = Run(Own, NewRun("one")), second = Start(Own, NewRun("ONE", tags: "other")), inside = Run(Own, NewRun("part", second));
        RunRow third = Run(Own, NewRun("one")), alone = Run(Own, NewRun("two"));

        Assert.Equal([alone.Id, third.Id, second.Id], Other.LastOfEachFlow(2).Select(run => run.Run.Id));
        Assert.Equal([alone.Id, third.Id, second.Id, first.Id], Other.LastOfEachFlow(20).Select(run => run.Run.Id));
        Assert.DoesNotContain(Other.LastOfEachFlow(20), run => run.Run.Id == inside.Id);
    }

    [StoreFact]
    public void AStateIsFoundByItsNameAndByItsType()
    {
        RunRow run = NewRun();
        Write(Own, Running(run), To(run, 2, StateType.Failed, "TimedOut", start: new RunStart()));

        foreach (string state in (string[])["Failed", "failed", "TimedOut", "timed*", "Fail*"])
        {
            Assert.Equal([run.Id], Ids(Own, new RunQuery { States = [state] }));
        }

        Assert.Empty(Ids(Own, new RunQuery { States = ["Completed", "Late"] }));
    }

    [StoreFact]
    public void ATreeIsARunAndAllInsideOfIt()
    {
        RunRow top = Start(Own), child = Run(Own, NewRun("child", top)), task = Run(Own, NewRun("task", child, RunKind.Task)), other = Run(Own);

        Assert.Equal([task.Id, child.Id, top.Id], Ids(Own, new RunQuery { Tree = top.Id }));
        Assert.Equal([child.Id], Ids(Own, new RunQuery { Parent = top.Id }));
        Assert.Equal([other.Id, top.Id], Ids(Own, new RunQuery { OnlyTop = true }));
        Assert.Equal([other.Id, top.Id], Ids(Own, new RunQuery { Kinds = [RunKind.Flow] }));
        Assert.Equal([task.Id, child.Id], Ids(Own, new RunQuery { Kinds = [RunKind.Subflow, RunKind.Task] }));
        Assert.Equal(new Dictionary<StateType, int> { [StateType.Completed] = 2 }, Own.CountInside(top.Id));
        Assert.Empty(Own.CountInside(other.Id));
    }

    [StoreFact]
    public void TimesAreOfTheMoment()
    {
        RunRow first = Run(Own);
        Time.Advance(TimeSpan.FromHours(1));
        RunRow second = Run(Own);

        Assert.Equal([second.Id], Ids(Own, new RunQuery { Since = second.CreatedTime }));
        Assert.Equal([first.Id], Ids(Own, new RunQuery { Before = second.CreatedTime }));
    }

    [StoreFact]
    public void ARunIsFoundByWhatItWasScheduledFor()
    {
        DateTimeOffset tick = Now;
        RunRow plain = Run(Own);
        var run = new RunRow { Id = Guid.CreateVersion7(Time.GetUtcNow()), RootId = plain.Id, Kind = RunKind.Flow, Name = "x", Flow = plain.Flow, CreatedTime = Now, Schedule = "Nightly", ScheduledTime = tick };
        Run(Own, run);

        Assert.Equal([run.Id], Ids(Own, new RunQuery { Schedules = ["night*"] }));
        Assert.Equal([run.Id], Ids(Own, new RunQuery { Schedules = ["nightly"], Tick = tick }));
        Assert.Empty(Ids(Own, new RunQuery { Tick = tick.AddSeconds(1) }));
    }
}
