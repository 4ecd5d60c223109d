namespace FlowModule.Engine.Tasks;

/// <summary>The rollbacks of the completed tasks of a run, in the order of completion. Each is taken at most once.</summary>
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

    /// <summary>Takes over the rollbacks of another run.</summary>
    internal void AddAll(RunRollbacks other)
    {
        List<Rollback> taken = other.Take();
        lock (_gate)
        {
            _rollbacks.AddRange(taken);
        }
    }

    /// <summary>Removes and returns all, the last first.</summary>
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
