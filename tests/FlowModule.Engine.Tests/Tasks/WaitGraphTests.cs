using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

public class WaitGraphTests
{
    private readonly DriverRig _rig = new();

    private FlowRun Task(FlowRun? parent = null, params FlowRun[] dependsOn)
    {
        FlowRun run = _rig.New(parent: parent, isTask: true, dependencies: dependsOn.Length == 0 ? null : new RunDependencies(dependsOn, allowFailure: false, resolve: null));
        parent?.TryAddDependent(run);
        return run;
    }

    private static void Awaits(FlowRun waiter, params FlowRun[] targets)
    {
        Array.ForEach(targets, static target => target.Family.TryAddWaiter(static () => { }));
        waiter.Family.WaitsFor = targets;
    }

    [Fact]
    public void A_run_that_waits_for_itself_or_for_one_around_it_never_goes_on()
    {
        FlowRun flow = _rig.New(), task = Task(flow), inner = Task(task);

        Assert.True(WaitGraph.WouldNeverEnd(task, [task]));
        Assert.True(WaitGraph.WouldNeverEnd(inner, [task]));
        Assert.True(WaitGraph.WouldNeverEnd(inner, [_rig.New(), flow]));
        Assert.False(WaitGraph.WouldNeverEnd(flow, [task, inner]));
        Assert.False(WaitGraph.WouldNeverEnd(task, [inner]));
    }

    [Fact]
    public void Nobody_who_is_no_run_waits_for_itself() => Assert.False(WaitGraph.WouldNeverEnd(waiter: null, [_rig.New()]));

    [Fact]
    public void Two_that_wait_for_each_other_never_go_on()
    {
        FlowRun flow = _rig.New(), one = Task(flow), other = Task(flow);
        Awaits(one, other);

        Assert.True(WaitGraph.WouldNeverEnd(other, [one]));
        Assert.False(WaitGraph.WouldNeverEnd(other, [Task(flow)]));
    }

    [Fact]
    public void So_do_two_of_which_one_depends_on_the_other()
    {
        FlowRun flow = _rig.New(), one = Task(flow);
        FlowRun after = Task(flow, one);
        _rig.Next(after);

        Assert.True(WaitGraph.WouldNeverEnd(one, [after]));
    }

    [Fact]
    public void And_one_that_waits_for_what_waits_for_a_run_around_it()
    {
        FlowRun flow = _rig.New(), outer = Task(flow), inner = Task(outer), other = Task(flow);
        Awaits(other, outer);

        Assert.True(WaitGraph.WouldNeverEnd(inner, [other]));
    }

    [Fact]
    public void And_one_that_waits_for_a_run_whose_child_waits_for_it()
    {
        FlowRun flow = _rig.New(), one = Task(flow), other = Task(flow), child = Task(other);
        Awaits(child, one);

        Assert.True(WaitGraph.WouldNeverEnd(one, [other]));
    }

    [Fact]
    public void What_is_over_holds_nobody_up()
    {
        FlowRun flow = _rig.New(), one = _rig.Started(parent: flow, isTask: true), other = _rig.Started(parent: flow, isTask: true);
        Awaits(one, other);
        _rig.End(one);

        Assert.False(WaitGraph.WouldNeverEnd(other, [one]));
    }

    [Fact]
    public void Of_two_that_begin_at_the_same_moment_one_finds_the_other()
    {
        for (int round = 0; round < 500; round++)
        {
            FlowRun flow = _rig.New(), one = Task(flow), other = Task(flow);
            using var together = new Barrier(2);
            bool first = false;
            var thread = new TestThread(() => first = Looks(one, other));
            bool second = Looks(other, one);
            thread.Join();

            Assert.True(first || second);

            bool Looks(FlowRun waiter, FlowRun target)
            {
                together.SignalAndWait(Wait.Limit);
                target.Family.TryAddWaiter(static () => { });
                using (RunWait.Begin(waiter, [target]))
                {
                    bool isCycle = WaitGraph.WouldNeverEnd(waiter, [target]);
                    together.SignalAndWait(Wait.Limit);
                    return isCycle;
                }
            }
        }
    }

    [Fact]
    public void A_long_chain_is_no_cycle_and_is_walked_without_recursion()
    {
        FlowRun flow = _rig.New();
        FlowRun waiter = Task(flow);
        FlowRun last = Task(flow);
        for (int i = 0; i < 20_000; i++)
        {
            last = Task(parent: null, last);
        }

        waiter.Family.TryAddWaiter(static () => { });

        Assert.False(WaitGraph.WouldNeverEnd(waiter, [last]));
    }
}
