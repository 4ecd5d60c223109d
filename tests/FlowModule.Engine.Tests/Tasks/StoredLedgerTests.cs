using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

/// <summary>A ledger that knows the starts of earlier processes.</summary>
public class StoredLedgerTests
{
    private readonly DriverRig _rig = new();

    private static FakeStoredRun Completed(string key, params IStoredRun[] children) => new(key, new TestFlow().StateOf(StateType.Completed), isKept: true, children);

    private static RunLedger Ledger(bool remembers, params IStoredRun[] stored) => new(new StoredRuns(() => stored), remembers);

    [Fact]
    public void What_completed_in_an_earlier_process_is_not_run()
    {
        FlowRun run = _rig.Started();
        _rig.End(run, "result");
        RunLedger ledger = Ledger(remembers: false, new FakeStoredRun("key", run.State));
        FlowRun again = _rig.New(entry: ledger.Enter("key", "key"));

        Assert.Equal(RunStep.Done, _rig.Next(again));
        Assert.Equal((StateType.Completed, StateNames.Cached, "result"), (again.State.Type, again.State.Name, again.State.Result));
    }

    [Fact]
    public void Of_equal_ones_those_that_completed_are_taken_first_each_once()
    {
        FakeStoredRun failed = new("key", completed: null), first = Completed("key"), second = Completed("key");
        RunLedger ledger = Ledger(remembers: false, failed, first, second);

        Assert.Equal([first, second, failed, null], Enumerable.Range(0, 4).Select(_ => ledger.Enter("key", "key").Claim()));
    }

    [Fact]
    public void One_whose_result_was_not_kept_runs_again_and_takes_over_what_completed_in_it()
    {
        FakeStoredRun child = Completed("child");
        var stored = new FakeStoredRun("key", new TestFlow().StateOf(StateType.Completed), isKept: false, child);
        LedgerEntry entry = Ledger(remembers: false, stored).Enter("key", "key");

        Assert.Null(entry.Completed);
        Assert.Same(stored, entry.Claim());
        Assert.Same(child, entry.ChildrenFor(isRetried: false)!.Enter("child", "child").Claim());
        Assert.Equal(1, stored.Loads);
    }

    [Fact]
    public void A_run_is_the_earlier_one_in_its_first_attempt_only()
    {
        RunLedger ledger = Ledger(remembers: true, new FakeStoredRun("key", completed: null));
        Assert.NotNull(ledger.Enter("key", "key").Claim());
        ledger.NextAttempt();
        Assert.Null(ledger.Enter("key", "key").Claim());
    }

    [Fact]
    public void What_was_taken_over_stays_for_the_attempts_that_follow()
    {
        RunLedger ledger = Ledger(remembers: true, Completed("key"), Completed("key"));
        FlowState? first = ledger.Enter("key", "key").Completed, second = ledger.Enter("key", "key").Completed;
        ledger.NextAttempt();

        Assert.Same(first, ledger.Enter("key", "key").Completed);
        Assert.Same(second, ledger.Enter("key", "key").Completed);
        Assert.Null(ledger.Enter("key", "key").Completed);
    }

    [Fact]
    public void What_nobody_will_ask_for_again_is_not_kept()
    {
        RunLedger ledger = Ledger(remembers: false);
        LedgerEntry entry = ledger.Enter("key", "key");
        entry.Complete(new TestFlow().StateOf(StateType.Completed));

        Assert.Null(entry.Completed);
        Assert.Null(entry.ChildrenFor(isRetried: false));
        Assert.NotNull(entry.ChildrenFor(isRetried: true));
        Assert.NotSame(entry, ledger.Enter("key", "key"));
    }

    [Fact]
    public void Without_an_earlier_process_nothing_is_found()
    {
        Assert.Null(new RunLedger().Enter("key", "key").Claim());
        Assert.Null(Ledger(remembers: true, Completed("other")).Enter("key", "key").Claim());
        Assert.Null(Ledger(remembers: true, Completed("key")).Enter("key", storedKey: null).Claim());
    }

    [Fact]
    public void What_stands_for_an_earlier_run_is_undone_when_the_run_around_it_fails()
    {
        FlowRun flow = _rig.Started();
        var task = new FlowRun(new TestFlow(), flow, _rig.Time, policy: new RunPolicy { Rollback = "undo" }, isTask: true)
        {
            LedgerEntry = Ledger(remembers: false, Completed("key")).Enter("key", "key"),
            StandsForEarlier = true,
        };
        _ = new RunDriver(task, _rig.Services, TestErrors.Instance, _rig.Executor);
        Assert.Equal(RunStep.Done, _rig.Next(task));
        _rig.Fail(flow);

        Assert.Equal(["-OnRollback undo"], _rig.Host.Calls);
    }
}
