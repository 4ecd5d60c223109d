using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>A run that another process has executed, as it is shown here.</summary>
public class FlowRunRestoreTests
{
    [Fact]
    public void A_restored_run_has_the_id_and_the_states_that_it_had()
    {
        var id = Guid.NewGuid();
        var run = new FlowRun(new TestFlow(), parent: null, TimeProvider.System, "name") { Id = id };
        DateTimeOffset start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        FlowState state = run.Restore(start, StateType.Failed, start.AddSeconds(2), "Odd", "message", 1, "error");

        Assert.Equal((id, state, TimeSpan.FromSeconds(2)), (run.Id, run.State, run.Duration));
        Assert.Equal([StateType.Pending, StateType.Running, StateType.Failed], run.States.Select(known => known.Type));
        Assert.Equal(("Odd", "message", 1, "error"), (state.Name, state.Message, state.Result, state.Error));
    }
}
