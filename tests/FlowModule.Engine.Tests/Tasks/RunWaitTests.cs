using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

/// <summary>Runs that wait in the middle of their bodies free their places and slots.</summary>
public class RunWaitTests
{
    private static readonly RunPolicy Limited = new() { Limits = ["db"] };

    private static int Nested(TaskRig rig, FlowRun run, int depth, RunPolicy? policy)
    {
        if (depth == 0)
        {
            return 0;
        }

        FlowRun inner = rig.Start(self => Nested(rig, self, depth - 1, policy), run, policy);
        rig.WaitFor(run, inner);
        return (int)inner.State.Result! + 1;
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Tasks_three_deep_do_not_hold_each_other_up_whatever_the_limit(int throttleLimit, bool limited)
    {
        using var rig = new TaskRig(throttleLimit);
        rig.Limits.Set("db", 1, null);
        RunPolicy? policy = limited ? Limited : null;

        FlowRun[] outer = [.. Enumerable.Range(0, 10).Select(_ => rig.Start(self => Nested(rig, self, 3, policy), policy: policy))];
        rig.WaitFor(rig.Flow, outer);

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.All(outer, run => Assert.Equal(3, run.State.Result));
        Assert.InRange(rig.Most, 1, limited ? 1 : throttleLimit);
        Assert.Equal(0, rig.Limits.Find("db")!.Active);
    }

    [Fact]
    public void Tasks_that_are_not_waited_for_do_not_hold_each_other_up_either()
    {
        using var rig = new TaskRig(1);
        rig.Limits.Set("db", 1, null);
        int ended = 0;

        FlowRun first = rig.Start(one => rig.Start(two => rig.Start(_ => Interlocked.Increment(ref ended), two, Limited).Name.Length, one, Limited).Name.Length, policy: Limited);

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal((1, StateType.Completed), (ended, first.State.Type));
        Assert.Equal(0, rig.Limits.Find("db")!.Active);
    }

    [Fact]
    public void A_wait_within_a_wait_takes_nothing_back_that_the_outer_one_has_lent()
    {
        using var rig = new TaskRig(1);
        rig.Limits.Set("db", 1, null);
        FlowRun outer = rig.Start(
            run =>
            {
                FlowRun needed = null!;
                using (RunWait.Begin(run, []))
                {
                    needed = rig.Start(static _ => 1, run, Limited);
                    using (RunWait.Begin(run, [needed]))
                    {
                        Assert.Equal([needed], run.Family.WaitsFor);
                    }

                    Assert.Empty(run.Family.WaitsFor);
                    Wait.Until(() => needed.IsOver);
                }

                return needed.State.Result;
            },
            policy: Limited);

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal(1, outer.State.Result);
    }

    [Fact]
    public void A_run_takes_its_slots_back_before_its_place_so_that_one_that_has_the_slot_gets_the_place()
    {
        using var rig = new TaskRig(2);
        FlowLimit limit = rig.Limits.Set("db", 1, null);
        using var startWait = new ManualResetEventSlim();
        using var endWait = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        FlowRun first = rig.Start(
            run =>
            {
                Wait.For(startWait);
                using (RunWait.Begin(run, []))
                {
                    Wait.For(endWait);
                }

                return 1;
            },
            policy: Limited);
        Wait.Until(() => first.State.Type == StateType.Running);

        // When the first lends its slot, the test gets it; another run is next in the queue.
        LimitLease lease = rig.Limits.Request(["db"], static () => { });
        FlowRun second = rig.Start(static _ => 2, policy: Limited);
        Wait.Until(() => limit.Waiting == 2);

        // Two without a limit take both places; so the other gets its slot and must wait for a place.
        FlowRun[] busy = [.. Enumerable.Range(0, 2).Select(_ => rig.Start(_ =>
        {
            Wait.For(release);
            return null;
        }))];
        startWait.Set();
        Wait.Until(() => lease.IsHeld && Array.TrueForAll(busy, run => run.State.Type == StateType.Running));
        lease.Dispose();
        endWait.Set();
        Wait.Until(() => limit.Waiting == 1);
        release.Set();

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal([1, 2], [first.State.Result, second.State.Result]);
    }

    [Fact]
    public void A_run_that_is_stopped_while_it_waits_for_its_place_goes_on_without_one()
    {
        using var rig = new TaskRig(1);
        using var waits = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        FlowRun first = rig.Start(run =>
        {
            using (RunWait.Begin(run, []))
            {
                waits.Set();
                Wait.For(goOn);
            }

            return null;
        });
        Wait.For(waits);
        using var busy = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        FlowRun second = rig.Start(_ =>
        {
            busy.Set();
            Wait.For(release);
            return null;
        });
        Wait.For(busy);
        goOn.Set();

        first.Stop(TestErrors.Cancel);

        Wait.Until(() => first.IsOver);
        Assert.False(second.State.IsFinal);
        release.Set();
        FlowRun third = rig.Start(static _ => 3);
        Assert.Equal(StateType.Cancelled, rig.EndFlow().Type);
        Assert.Equal(3, third.State.Result);
    }

    [Fact]
    public void A_body_that_was_given_up_in_its_wait_takes_no_place_when_it_comes_back()
    {
        using var rig = new TaskRig(1);
        using var waits = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var isBack = new ManualResetEventSlim();
        FlowRun stuck = rig.Start(run =>
        {
            using (RunWait.Begin(run, []))
            {
                waits.Set();
                Wait.For(goOn);
            }

            isBack.Set();
            return null;
        });
        Wait.For(waits);
        stuck.Stop(TestErrors.Cancel);
        rig.Time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
        Wait.Until(() => stuck.IsOver);

        goOn.Set();
        Wait.For(isBack);
        FlowRun next = rig.Start(static _ => 1);

        Assert.Equal(StateType.Cancelled, rig.EndFlow().Type);
        Assert.Equal(1, next.State.Result);
    }

    [Fact]
    public void A_run_that_is_stopped_while_it_waits_for_its_slots_goes_on_without_them()
    {
        var rig = new DriverRig();
        rig.Limits.Set("db", 1, null);
        FlowRun run = rig.Started(Limited);
        RunWait wait = RunWait.Begin(run, [])!;
        FlowRun other = rig.Started(Limited);
        var body = new TestThread(wait.Dispose);
        body.UntilBlocked();

        run.Stop(TestErrors.Cancel);
        body.Join();
        using (RunWait.Begin(run, []))
        {
            // Its finally block waits once more.
        }

        rig.End(run);
        rig.End(other);
        Assert.Equal((0, 0), (rig.Limits.Find("db")!.Active, rig.Limits.Find("db")!.Waiting));
    }

    [Fact]
    public void Without_a_run_nothing_is_lent() => Assert.Null(RunWait.Begin(run: null, []));
}
