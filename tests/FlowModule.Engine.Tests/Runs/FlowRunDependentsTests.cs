using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Runs;

public class FlowRunDependentsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestFlow _flow = new();

    private FlowRun Started()
    {
        FlowRun run = _flow.Run(_time);
        run.TryStart();
        return run;
    }

    [Fact]
    public void A_stop_reaches_what_the_run_started_and_what_that_started()
    {
        FlowRun parent = Started(), child = Started(), grandchild = Started();
        Assert.True(parent.TryAddDependent(child));
        Assert.True(child.TryAddDependent(grandchild));

        parent.Stop(new StopRequest(StopKind.TimedOut, "Too long."));

        Assert.Equal(new StopRequest(StopKind.Cancelled, $"Parent run '{parent.Name}' was stopped."), child.StopRequest);
        Assert.Equal(new StopRequest(StopKind.Cancelled, $"Parent run '{child.Name}' was stopped."), grandchild.StopRequest);
    }

    [Fact]
    public void A_run_that_is_stopping_takes_nothing_new_on()
    {
        FlowRun run = Started();
        run.Stop(TestErrors.Cancel);

        Assert.False(run.TryAddDependent(Started()));
    }

    [Fact]
    public void A_dependent_is_stopped_or_refused_whenever_it_comes()
    {
        for (int round = 0; round < 300; round++)
        {
            FlowRun parent = Started(), child = Started();
            using var together = new Barrier(2);
            bool held = false;
            var adder = new TestThread(() =>
            {
                together.SignalAndWait(Wait.Limit);
                held = parent.TryAddDependent(child);
            });
            together.SignalAndWait(Wait.Limit);
            parent.Stop(TestErrors.Cancel);
            adder.Join();

            Assert.Equal(held, child.StopRequest is not null);
            parent.Finish();
            child.Finish();
        }
    }

    [Fact]
    public void Idle_means_that_the_last_dependent_is_gone()
    {
        FlowRun run = Started(), first = Started(), second = Started();
        run.TryAddDependent(first);
        run.TryAddDependent(second);
        int calls = 0;
        run.CurrentAttempt.WhenIdle(() => calls++);

        run.RemoveDependent(first);
        run.RemoveDependent(first);
        Assert.Equal(0, calls);
        run.RemoveDependent(second);
        Assert.Equal(1, calls);
        run.RemoveDependent(second);
        Assert.Equal(1, calls);

        run.CurrentAttempt.WhenIdle(() => calls++);
        Assert.Equal(2, calls);
    }
}
