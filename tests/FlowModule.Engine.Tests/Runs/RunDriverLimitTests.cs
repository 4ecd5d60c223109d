using FlowModule.Engine.Limits;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverLimitTests
{
    private static readonly RunPolicy Limited = new() { Limits = ["db"] };
    private readonly DriverRig _rig = new();

    public RunDriverLimitTests() => _rig.Limits.Set("db", 1, null);

    private int Active => _rig.Limits.Find("db")!.Active;

    private FlowRun Inline(FlowRun parent, params string[] limits) => _rig.New(new RunPolicy { Limits = limits }, parent, isTask: true, isInline: true);

    [Fact]
    public void To_wait_for_a_slot_is_a_state_and_takes_no_time()
    {
        FlowRun holder = _rig.Started(Limited);
        FlowRun run = _rig.New(Limited with { TimeoutSeconds = 1 });

        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(run), _rig.Next(run)]);
        Assert.Equal((StateType.Scheduled, StateNames.AwaitingConcurrencySlot), (run.State.Type, run.State.Name));
        _rig.Advance(10);
        _rig.End(holder);
        _rig.Start(run);
        _rig.End(run);

        Assert.Equal(["Pending", "AwaitingConcurrencySlot", "Running", "Completed"], run.States.Select(state => state.Name));
        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_run_that_waits_for_its_retry_holds_no_slot()
    {
        FlowRun run = _rig.Started(Limited with { Retry = new RetryPolicy { Count = 1, DelaySeconds = [10] } });
        Assert.Equal(1, Active);

        _rig.Fail(run);
        Assert.Equal(0, Active);
        FlowRun other = _rig.Started(Limited);
        _rig.Advance(10);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Equal(StateNames.AwaitingConcurrencySlot, run.State.Name);
        _rig.End(other);
        _rig.Start(run);
        Assert.Equal(1, Active);
    }

    [Fact]
    public void The_slots_come_back_whatever_the_end_is()
    {
        FlowRun completed = _rig.Started(Limited);
        _rig.End(completed);
        FlowRun failed = _rig.Started(Limited);
        _rig.Fail(failed);
        FlowRun stopped = _rig.Started(Limited);
        stopped.Stop(TestErrors.Cancel);
        _rig.End(stopped);
        FlowRun abandoned = _rig.Started(Limited);
        abandoned.Stop(TestErrors.Cancel);
        abandoned.Driver!.BodyEnded(RunOutcome.Abandoned);
        _rig.Next(abandoned);
        FlowRun crashed = _rig.Started(Limited);
        crashed.Driver!.BodyEnded(new RunOutcome([], TestErrors.Failure("the process died") with { IsCrash = true }));
        _rig.Next(crashed);

        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_slot_is_held_for_as_long_as_a_task_that_was_output_is_at_work()
    {
        FlowRun run = _rig.Started(Limited);
        var task = new TaskCompletionSource<int>();

        run.Driver!.BodyEnded(new RunOutcome([task.Task]));
        Assert.Equal(1, Active);
        task.SetResult(1);
        Wait.Until(() => _rig.Executor.Wakes == 1);

        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_body_that_has_ended_holds_no_slot_while_its_children_run()
    {
        FlowRun run = _rig.Started(Limited);
        FlowRun child = _rig.New(Limited, run, isTask: true);
        run.TryAddDependent(child);
        Assert.Equal(RunStep.Wait, _rig.Next(child));

        Assert.Equal(RunStep.Wait, _rig.End(run));

        _rig.Start(child);
        _rig.End(child);
        run.RemoveDependent(child);
        Assert.Equal(RunStep.Done, _rig.Next(run));
        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_limit_that_throws_fails_the_run()
    {
        var services = new RunServices(_rig.Time, new BrokenLimits(), _rig.Cache);
        var run = new FlowRun(new TestFlow(), parent: null, _rig.Time, policy: Limited);
        var driver = new RunDriver(run, services, TestErrors.Instance, _rig.Executor);

        Assert.Equal(RunStep.Done, driver.Next(_rig.Host));

        Assert.Equal((StateType.Failed, "Flow run encountered an exception. IOException: no disk"), (run.State.Type, run.State.Message));
        Assert.True(run.IsOver);
    }

    [Fact]
    public void A_run_inside_of_one_that_holds_the_limit_shares_its_slot()
    {
        FlowRun outer = _rig.Started(Limited);
        FlowRun inner = _rig.Start(Inline(outer, "DB"));

        Assert.Equal(1, Active);
        _rig.End(inner);
        Assert.Equal(1, Active);
        _rig.End(outer);
        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_run_that_has_to_wait_inside_of_another_gets_all_its_slots_at_once_and_the_other_takes_its_own_back_after_it()
    {
        _rig.Limits.Set("web", 1, null);
        FlowRun outer = _rig.Started(Limited);
        FlowRun other = _rig.Started(new RunPolicy { Limits = ["web"] });
        FlowRun inner = Inline(outer, "db", "web");

        Assert.Equal(RunStep.Wait, _rig.Next(inner));
        using (RunWait.BeginInside(outer))
        {
            Assert.Equal(0, Active);
            _rig.End(other);
        }

        _rig.Start(inner);
        Assert.Equal((1, 1), (Active, _rig.Limits.Find("web")!.Active));
        _rig.End(inner);
        Assert.Equal((0, 0), (Active, _rig.Limits.Find("web")!.Active));
        RunWait.GoOn(outer);
        Assert.Equal(1, Active);
        _rig.End(outer);
        Assert.Equal(0, Active);
    }

    [Fact]
    public void Two_that_hold_what_the_run_inside_of_the_other_needs_do_not_wait_for_each_other()
    {
        _rig.Limits.Set("web", 1, null);
        FlowRun one = _rig.Started(Limited), other = _rig.Started(new RunPolicy { Limits = ["web"] });
        FlowRun inOne = Inline(one, "web"), inOther = Inline(other, "db");

        // Both must wait before either has lent its slot.
        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(inOne), _rig.Next(inOther)]);
        RunWait waitOne = RunWait.BeginInside(one)!, waitOther = RunWait.BeginInside(other)!;
        var threads = new[]
        {
            new TestThread(() => Finish(waitOne, inOne, one)),
            new TestThread(() => Finish(waitOther, inOther, other)),
        };
        Array.ForEach(threads, thread => thread.Join());

        Assert.All([one, other, inOne, inOther], run => Assert.Equal(StateType.Completed, run.State.Type));
        Assert.Equal((0, 0), (Active, _rig.Limits.Find("web")!.Active));

        void Finish(RunWait wait, FlowRun inner, FlowRun outer)
        {
            wait.Dispose();
            _rig.Start(inner);
            _rig.End(inner);
            RunWait.GoOn(outer);
            _rig.End(outer);
        }
    }

    [Fact]
    public void A_run_whose_body_is_under_way_elsewhere_waits_for_no_slot_and_is_counted_as_soon_as_there_is_one()
    {
        FlowRun holder = _rig.Started(Limited), run = _rig.New(Limited with { Retry = new RetryPolicy { Count = 1 } });
        run.Driver!.IsUnderWay = true;

        _rig.Start(run);
        FlowRun other = _rig.New(Limited);
        Assert.Equal(RunStep.Wait, _rig.Next(other));
        _rig.End(holder);
        Assert.Equal(RunStep.Wait, _rig.Next(other));

        // Its next attempt is one as any other.
        run.Driver.IsUnderWay = false;
        _rig.Fail(run);
        _rig.Start(other);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.Equal(StateNames.AwaitingConcurrencySlot, run.State.Name);
    }

    [Fact]
    public void A_body_that_was_under_way_and_begins_again_waits_for_its_slots_until_it_has_them_or_is_stopped()
    {
        FlowRun holder = _rig.Started(Limited), run = _rig.New(Limited), stopped = _rig.New(Limited);
        run.Driver!.IsUnderWay = stopped.Driver!.IsUnderWay = true;
        _rig.Start(run);
        _rig.Start(stopped);
        TestThread again = new(() => run.Driver.Slots!.Regain(run.Attempt)), stopping = new(() => stopped.Driver.Slots!.Regain(stopped.Attempt));
        again.UntilBlocked();
        stopping.UntilBlocked();

        stopped.Stop(TestErrors.Cancel);
        stopping.Join();
        _rig.End(stopped);
        _rig.End(holder);
        again.Join();

        Assert.Equal(1, Active);
        run.Driver.Slots!.Regain(run.Attempt);
        _rig.End(run);
        Assert.Equal(0, Active);
    }

    [Fact]
    public void A_grant_in_the_moment_of_the_request_is_not_lost()
    {
        // A table for several processes may call back before its answer has arrived.
        var limits = new EagerLimits();
        var run = new FlowRun(new TestFlow(), parent: null, _rig.Time, policy: Limited);
        var driver = new RunDriver(run, new RunServices(_rig.Time, limits, _rig.Cache), TestErrors.Instance, _rig.Executor);

        Assert.Equal(RunStep.Execute, driver.Next(_rig.Host));
    }

    private class BrokenLimits : ILimitTable
    {
        public FlowLimit[] All() => [];

        public FlowLimit? Find(string name) => null;

        public bool Remove(string name) => false;

        public virtual LimitLease Request(IReadOnlyList<string> limits, Action granted) => throw new IOException("no disk");

        public FlowLimit Set(string name, int? maxConcurrency, int? perSecond) => throw new NotSupportedException();

        public LimitLease? Adopt(SharedClaim claim) => null;
    }

    private sealed class EagerLimits : BrokenLimits, ILimitClaim
    {
        public bool IsHeld => true;

        public SharedClaim? Shared => null;

        public void GiveUp()
        {
        }

        public void Lend()
        {
        }

        public bool Reclaim(Action granted) => true;

        public bool Regain(Action granted) => true;

        public override LimitLease Request(IReadOnlyList<string> limits, Action granted)
        {
            granted();
            return new LimitLease(this, isGranted: false);
        }
    }
}
