using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
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
    public void What_has_not_ended_runs_is_retried_or_waits_whether_or_not_it_has_come()
    {
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 2, Total = 7 });
        var retry = new RunPolicy { Retry = new RetryPolicy { Count = 1, DelaySeconds = [60] } };
        rig.Add(policy: retry);
        rig.AddMany(3);
        rig.Fail(rig.Start());
        rig.End(rig.Start());
        rig.Start();

        Assert.Equal("1 of 7 done: 1 Completed; 1 running, 1 retrying, 4 waiting", rig.FanOut.Counts.Describe());
        Assert.True(rig.FanOut.Counts.AreSeveral);
    }

    [Fact]
    public void Until_all_have_come_nobody_knows_how_many_there_are()
    {
        var counts = new FanOutCounts(TimeProvider.System, total: null);
        counts.Added();
        counts.Added();
        Assert.Equal(("Running", -1), (counts.ToString(), counts.Percent));
        Assert.Equal("1 running", counts.Describe());

        counts.Complete();
        Assert.Equal(("0 of 2 done", 0), (counts.ToString(), counts.Percent));
    }
}
