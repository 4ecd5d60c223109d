namespace FlowModule.Engine.Tasks;

/// <summary>What undoes the tasks that have completed in a run, in the order that they completed. Each is taken at most once.</summary>
internal sealed class RunRollbacks
{
    private readonly object _gate = new();
    private List<Rollback> _rollbacks = [];

    /// <param name="Run">The task run to undo.</param>
    /// <param name="Script">The host's script that undoes it.</param>
    /// <param name="Completed">The state that it completed in.</param>
    internal readonly record struct Rollback(FlowRun Run, object Script, FlowState Completed);

    internal void Add(Rollback rollback)
    {
        lock (_gate)
        {
            _rollbacks.Add(rollback);
        }
    }

    /// <summary>Takes over another run's.</summary>
    internal void AddAll(RunRollbacks other)
    {
        List<Rollback> taken = other.Take();
        lock (_gate)
        {
            _rollbacks.AddRange(taken);
        }
    }

    /// <summary>All of them, the last first; then there are none.</summary>
    internal List<Rollback> TakeAll()
    {
        List<Rollback> taken = Take();
        taken.Reverse();
        return taken;
    }

    private List<Rollback> Take()
    {
        lock (_gate)
        {
            List<Rollback> taken = _rollbacks;
            _rollbacks = [];
            return taken;
        }
    }
}
