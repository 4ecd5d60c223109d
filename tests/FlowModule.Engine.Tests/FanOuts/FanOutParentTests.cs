using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public class FanOutParentTests
{
    private static readonly FanOutOptions Quiet = new() { ThrottleLimit = 2, Log = FlowLogPreference.None };

    [Fact]
    public void A_parent_waits_for_a_fan_out_that_it_holds_and_lets_go_of_it_at_its_end()
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        using var rig = new FanOutRig(Quiet, parent: parent, heldByParent: true);
        FlowRun run = rig.Add();
        bool idle = false;
        parent.CurrentAttempt.WhenIdle(() => idle = true);
        rig.FanOut.CompleteAdding();
        Assert.False(idle);

        rig.End(rig.Start());

        Assert.True(idle);
        Assert.True(run.State.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stop_of_the_parent_reaches_a_fan_out_that_it_holds(bool held)
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        using var rig = new FanOutRig(Quiet, parent: parent, heldByParent: held);
        rig.Add();
        FlowRun active = rig.Start();

        parent.Stop(TestErrors.Cancel);

        Assert.Equal(held ? $"Parent run '{parent.Name}' was stopped." : null, active.StopRequest?.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_parent_that_is_stopped_or_has_ended_starts_nothing_more(bool stopped)
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        if (stopped)
        {
            parent.Stop(TestErrors.Cancel);
        }
        else
        {
            parent.Finish();
        }

        using var rig = new FanOutRig(Quiet, parent: parent, heldByParent: true);
        rig.Add();

        FlowState state = Assert.Single(rig.Complete());
        Assert.Equal(StateType.Cancelled, state.Type);
        Assert.Equal(stopped ? "Stopped by the test." : $"Parent run '{parent.Name}' has ended.", state.Message);
    }

    [Fact]
    public void A_parent_counts_the_states_that_come_out()
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        using var rig = new FanOutRig(Quiet with { First = 1, ThrottleLimit = 3 }, parent: parent);
        rig.AddMany(4);
        FlowRun[] active = [rig.Start(), rig.Start(), rig.Start()];
        rig.Fail(active[0]);
        rig.End(active[1]);
        rig.End(active[2]);
        rig.Complete();

        Assert.Equal((1, 1), (parent.CurrentAttempt.Children.Total, parent.CurrentAttempt.Children.Completed));
    }
}
