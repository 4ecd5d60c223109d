using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public sealed class FanOutCountsTests
{
    [Fact]
    public void Runs_are_counted_as_they_end_also_where_their_states_wait()
    {
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 2, KeepOrder = true, Total = 3 });
        FanOutCounts counts = rig.FanOut.Counts;
        Assert.Equal(("0 of 3 done", 0), (counts.ToString(), counts.Percent));

        rig.AddMany(3);
        rig.Start();
        FlowRun second = rig.Start();
        rig.Fail(second);

        Assert.Equal(("1 of 3 done: 1 Failed", 33), (counts.ToString(), counts.Percent));
        Assert.Empty(rig.States);
    }

    [Fact]
    public void Until_all_have_come_nobody_knows_how_many_there_are()
    {
        var counts = new FanOutCounts(total: null);
        counts.Added();
        counts.Added();
        Assert.Equal(("Running", -1), (counts.ToString(), counts.Percent));

        counts.Complete();
        Assert.Equal(("0 of 2 done", 0), (counts.ToString(), counts.Percent));
    }
}
