using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Processes are known by what they say of themselves, and the runs of one that is gone end once.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class ProcessContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void AProcessIsWhatItSaysOfItself()
    {
        ProcessIdentity identity = NewProcess();
        IHistoryStore store = Open();
        long number = store.Processes.Register(identity);

        ProcessRecord found = Own.Processes.Find(number)!;

        Assert.Equal((number, identity, Now, null, null), (found.Number, found.Identity, found.Heartbeat, found.EndTime, found.KillReason));
        Assert.Contains(number, Own.Processes.Open().Select(process => process.Number));
        Assert.DoesNotContain(number, store.Processes.Open().Select(process => process.Number));
        Assert.Equal(number, Open().Processes.Register(identity));
        Assert.Null(Own.Processes.Find(number + 1000));
    }

    [StoreFact]
    public void ASignOfLifeIsKept()
    {
        RunRow run = Start(Own);
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(Own.Processes.Beat());

        Assert.Equal(Now, ProcessOf(Other, run).Heartbeat);
    }

    [StoreFact]
    public void AProcessThatEndsIsNotOpenUnlessItLeavesARun()
    {
        IHistoryStore ends = OpenRegistered(), leaves = OpenRegistered(), recordedNothing = OpenRegistered();
        RunRow left = Start(leaves), over = Run(ends);
        ProcessRecord leaver = ProcessOf(Own, left);

        ends.Processes.End(hasRecorded: true);
        leaves.Processes.End(hasRecorded: true);
        recordedNothing.Processes.End(hasRecorded: false);

        Assert.Equal([leaver.Number], Own.Processes.Open().Select(process => process.Number));
        Assert.Equal(Now, ProcessOf(Own, over).EndTime);
        Assert.False(ends.Processes.Beat());
    }

    [StoreFact]
    public void TheRunsOfADeadProcessEndOnce()
    {
        RunRow over = Run(Other), first = Start(Other), second = Start(Other), suspended = NewRun();
        Write(Other, To(suspended, 1, StateType.Paused, "Suspended", start: new RunStart()));
        Time.Advance(TimeSpan.FromSeconds(1));
        Write(Other, Line(second, "the last sign"));
        ProcessRecord seen = ProcessOf(Own, first);
        DateTimeOffset told = default;

        IReadOnlyList<Guid> ended = Own.Processes.EndRuns(seen, StateType.Crashed, time =>
        {
            told = time;
            return "It died.";
        });

        Assert.Equal([first.Id, second.Id], ended.Order());
        RunSnapshot crashed = Find(Own, first);
        Assert.Equal((StateType.Crashed, "It died.", true, 3), (crashed.State.Type, crashed.State.Message, crashed.IsOver, crashed.StateCount));
        Assert.Equal((Now, Now, Now), (told, crashed.State.Timestamp, crashed.EndTime!.Value));
        Assert.Equal(["Running", "Crashed"], Own.States(first.Id).Select(state => state.Name));
        Assert.Equal(StateType.Completed, Find(Own, over).State.Type);
        Assert.Equal(StateType.Paused, Find(Own, suspended).State.Type);
        Assert.False(Other.Processes.Beat());
        Assert.Empty(Own.Processes.EndRuns(seen, StateType.Crashed, static _ => "Again."));
    }

    [StoreFact]
    public void AProcessThatHasShownALifeSignMeanwhileKeepsItsRuns()
    {
        RunRow run = Start(Other);
        ProcessRecord seen = ProcessOf(Own, run);
        Time.Advance(TimeSpan.FromSeconds(1));
        Other.Processes.Beat();

        Assert.Empty(Own.Processes.EndRuns(seen, StateType.Crashed, static _ => "It died."));

        Assert.Equal(StateType.Running, Find(Own, run).State.Type);
    }

    [StoreFact]
    public void TheHookOfARunThatHasCrashedIsGivenOnce()
    {
        RunRow crashed = Start(Other, start: new RunStart { CrashHook = "script" }), over = NewRun();
        var start = new RunStart { CrashHook = "not this one" };
        Write(Other, Running(over, start));
        Write(Other, To(over, 2, StateType.Crashed, start: start));
        Assert.Null(Own.Processes.TakeHook());

        Own.Processes.EndRuns(ProcessOf(Own, crashed), StateType.Crashed, static _ => "It died.");

        Assert.Equal(new CrashHook(crashed.Id, "script"), Own.Processes.TakeHook());
        Assert.Null(Own.Processes.TakeHook());
    }

    [StoreFact]
    public void ARunThatWasStoppedWithItsProcessHasNoHook()
    {
        RunRow run = Start(Other, start: new RunStart { CrashHook = "script" });
        ProcessRecord process = ProcessOf(Own, run);
        Own.Processes.NoteKill(process.Number, "Because.");
        process = Own.Processes.Find(process.Number)!;
        Assert.Equal("Because.", process.KillReason);

        Assert.Equal([run.Id], Own.Processes.EndRuns(process, StateType.Cancelled, _ => process.KillReason!));

        Assert.Equal((StateType.Cancelled, "Because."), (Find(Own, run).State.Type, Find(Own, run).State.Message));
        Assert.Null(Own.Processes.TakeHook());
        Own.Processes.NoteKill(process.Number, reason: null);
        Assert.Null(Own.Processes.Find(process.Number)!.KillReason);
    }

    [StoreFact]
    public void OfSeveralThatTakeARunOneGetsIt()
    {
        RunRow run = NewRun();
        Write(Own, Running(run), To(run, 2, StateType.Failed, start: new RunStart()));
        RunSnapshot seen = Find(Own, run);
        var next = new FlowStateRecord(StateType.Scheduled, "Resuming", "Resumed.", Now);
        Own.Requests.Add(new RunRequest(run.Id, RunRequestKind.Stop, "of its earlier life"));

        Assert.Equal([true, false], new[] { Other, OpenRegistered() }.Select(store => store.Resumes.TryTake(seen, next)));

        RunSnapshot taken = Find(Own, run);
        Assert.Equal(("Resuming", false, 4, null), (taken.State.Name, taken.IsOver, taken.StateCount, taken.EndTime));
        Assert.Equal(["Running", "Failed", "Resuming"], Own.States(run.Id).Select(state => state.Name));
        Assert.Empty(Other.Requests.Take());
        Other.Requests.Add(new RunRequest(run.Id, RunRequestKind.Stop, "now"));
        Assert.Empty(Own.Requests.Take());
        Assert.Single(Other.Requests.Take());
    }

    [StoreFact]
    public void ARequestIsGivenOnceToTheProcessOfItsRun()
    {
        RunRow run = Start(Own), other = Start(Other);
        RunRequest[] requests = [new(run.Id, RunRequestKind.Stop, "first"), new(run.Id, RunRequestKind.Suspend, null)];
        Array.ForEach(requests, Other.Requests.Add);
        Other.Requests.Add(new RunRequest(other.Id, RunRequestKind.Stop, "not ours"));

        Assert.Equal(requests, Own.Requests.Take());
        Assert.Empty(Own.Requests.Take());
        Assert.Single(Other.Requests.Take());
    }

    [StoreFact]
    public void AKeyHasOneRunOfAFlow()
    {
        RunRow first = NewRun("Nightly"), second = NewRun("nightly"), other = NewRun("other");

        Assert.Null(Own.Keys.Find(first.Flow.Name, "key"));
        Assert.Equal(first.Id, Own.Keys.Claim("key", To(first, 0, StateType.Pending)));
        Assert.Equal(first.Id, Other.Keys.Find(first.Flow.Name, "key"));
        Assert.Equal(first.Id, Other.Keys.Claim("key", To(second, 0, StateType.Pending)));
        Assert.Equal(second.Id, Other.Keys.Claim("another", To(second, 0, StateType.Pending)));
        Assert.Equal(other.Id, Other.Keys.Claim("key", To(other, 0, StateType.Pending)));
        Assert.Equal(StateType.Pending, Find(Other, first).State.Type);

        Write(Own, To(first, 1, StateType.Cancelled, start: new RunStart()));
        Own.Retention.Remove([first.Id], 0);
        Assert.Null(Own.Keys.Find(first.Flow.Name, "key"));
        RunRow next = NewRun("nightly");
        Assert.Equal(next.Id, Other.Keys.Claim("key", To(next, 0, StateType.Pending)));
    }

    [StoreFact]
    public void AQuestionIsAskedOnceAndAnsweredOnce()
    {
        RunRow top = Start(Own), child = Start(Own, NewRun("child", top));
        var question = new InputQuestion(child.Id, "Answer", "Yes?") { Asked = Now, Choices = ["yes", "no"], Type = "text", Suspends = true };
        Assert.Equivalent(question, Own.Inputs.Ask(question));
        Assert.Equal("Yes?", Other.Inputs.Ask(question with { Prompt = "No?" }).Prompt);
        Assert.Equivalent(question, Assert.Single(Other.Inputs.Open(top.Id)));
        Assert.Equivalent(question, Assert.Single(Other.Inputs.Open()));

        Assert.True(Other.Inputs.Answer(child.Id, "ANSWER", "yes"));
        Assert.False(Own.Inputs.Answer(child.Id, "answer", "no"));
        Assert.False(Own.Inputs.Answer(child.Id, "other", "no"));

        Assert.Equal("yes", Own.Inputs.Find(child.Id, "answer")!.Answer);
        Assert.Empty(Own.Inputs.Open(top.Id));
        Assert.Empty(Own.Inputs.Open());
        Assert.Null(Own.Inputs.Find(top.Id, "answer"));
    }
}
