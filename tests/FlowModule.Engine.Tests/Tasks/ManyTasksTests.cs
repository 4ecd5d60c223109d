using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

/// <summary>A large number of tasks, in shapes that all end at once.</summary>
public class ManyTasksTests
{
    private const int Many = 10_000;

    private static object? Number(FlowRun run) => 1;

    private static FlowRun[] Chain(TaskRig rig, Func<FlowRun, object?> head)
    {
        var runs = new FlowRun[Many];
        for (int i = 0; i < Many; i++)
        {
            runs[i] = rig.Start(i == 0 ? head : Number, dependsOn: i == 0 ? null : [runs[i - 1]]);
        }

        return runs;
    }

    [Fact]
    public void A_chain_completes()
    {
        using var rig = new TaskRig(4);

        FlowRun[] runs = Chain(rig, Number);

        Assert.Equal((StateType.Completed, "All states completed."), (rig.EndFlow().Type, rig.Flow.State.Message));
        Assert.All(runs, run => Assert.True(run is { IsOver: true, State.IsCompleted: true }));
    }

    [Fact]
    public void A_chain_whose_head_fails_is_NotReady_to_its_end()
    {
        using var rig = new TaskRig(4);
        using var gate = new ManualResetEventSlim();
        FlowRun[] runs = Chain(rig, _ =>
        {
            Wait.For(gate);
            throw new InvalidOperationException("it broke");
        });

        gate.Set();

        Assert.Equal((StateType.Failed, $"1/10000 states failed. Task run '{runs[0].Name}': InvalidOperationException: it broke"), (rig.EndFlow().Type, rig.Flow.State.Message));
        Assert.All(runs[1..], run => Assert.True(run is { IsOver: true, State.Name: StateNames.NotReady, StartTime: null }));
    }

    [Fact]
    public void A_chain_that_is_stopped_ends()
    {
        using var rig = new TaskRig(4);
        using var gate = new ManualResetEventSlim();
        FlowRun[] runs = Chain(rig, _ =>
        {
            Wait.For(gate);
            return null;
        });

        rig.Flow.Stop(TestErrors.Cancel);
        gate.Set();

        Assert.Equal(StateType.Cancelled, rig.EndFlow().Type);
        Assert.All(runs, run => Assert.True(run.IsOver));
        Assert.DoesNotContain(runs, run => run.State.IsCompleted);
    }

    [Fact]
    public void A_fan_in_starts_when_the_last_has_ended()
    {
        using var rig = new TaskRig(4);
        int ended = 0;
        FlowRun[] runs = [.. Enumerable.Range(0, Many).Select(_ => rig.Start(_ => Interlocked.Increment(ref ended)))];

        FlowRun last = rig.Start(_ => Volatile.Read(ref ended), dependsOn: runs);

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal(Many, last.State.Result);
    }

    [Fact]
    public void Tasks_each_started_by_the_one_before_end_with_the_last_and_not_on_the_stack()
    {
        using var rig = new TaskRig(1);
        int depth = 0;
        object? StartNext(FlowRun run) => Interlocked.Increment(ref depth) < Many ? rig.Start(StartNext, parent: run).Name.Length : null;

        rig.Start(StartNext);

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal(Many, depth);
        Assert.Equal(1, rig.Most);
    }

    [Fact]
    public void Tasks_that_all_wait_for_one_slot_get_it_one_after_the_other()
    {
        using var rig = new TaskRig(4);
        rig.Limits.Set("db", 1, null);
        int active = 0;
        FlowRun[] runs = [.. Enumerable.Range(0, 1_000).Select(_ => rig.Start(
            _ =>
            {
                Assert.Equal(1, Interlocked.Increment(ref active));
                Interlocked.Decrement(ref active);
                return null;
            },
            policy: new RunPolicy { Limits = ["db"] }))];

        Assert.Equal(StateType.Completed, rig.EndFlow().Type);
        Assert.Equal((0, 0), (rig.Limits.Find("db")!.Active, rig.Limits.Find("db")!.Waiting));
    }
}
