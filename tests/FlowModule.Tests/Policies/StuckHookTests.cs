using FlowModule.Tests.Support;
using FlowModule.Workers;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Policies;

/// <summary>Replaces the clock of all sessions of the process.</summary>
[Collection("Alone")]
public sealed class StuckHookTests : FlowTest
{
    [Fact]
    public void A_hook_that_nothing_can_interrupt_holds_its_run_no_longer_than_it_may()
    {
        var time = new FakeTimeProvider();
        TimeProvider before = WorkerScripts.Clock;
        WorkerScripts.Clock = time;
        using var gate = new Gate();
        Session.Set("gate", gate);
        try
        {
            using var script = new RunningScript(Session, """
                1, 2 | Start-Subflow { $_ } -Parallel -ThrottleLimit 1 -OnCompletion { if ($_.Result -eq 1) { $gate.ArriveAndWait() } } -InformationAction Ignore
                """);
            gate.WaitForArrivals();
            time.Advance(TimeSpan.FromSeconds(WorkerScripts.Seconds));
            time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
            script.WaitForEnd();

            Assert.Equal(2, script.Output.OfType<FlowState>().Count(state => state.IsCompleted));
        }
        finally
        {
            WorkerScripts.Clock = before;
        }
    }
}
