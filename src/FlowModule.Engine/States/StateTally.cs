namespace FlowModule.Engine.States;

/// <summary>
/// How many states of each kind a run's output or its children hold. Counts, not states: a run that has started
/// a hundred thousand subflows must not keep them.
/// </summary>
internal struct StateTally
{
    internal int Total { get; private set; }

    internal int Completed { get; private set; }

    internal int Cancelled { get; private set; }

    /// <summary>Failed or Crashed.</summary>
    internal int Failed { get; private set; }

    /// <summary>The first failure that was counted: the cause that a parent's error names.</summary>
    internal FlowState? FirstFailure { get; private set; }

    internal void Add(FlowState state)
    {
        Total++;
        switch (state.Type)
        {
            case StateType.Completed:
                Completed++;
                return;
            case StateType.Cancelled:
                Cancelled++;
                break;
            case StateType.Failed or StateType.Crashed:
                Failed++;
                break;
            default:
                return;
        }

        if (FirstFailure is null || (FirstFailure.Type == StateType.Cancelled && state.Type != StateType.Cancelled))
        {
            FirstFailure = state;
        }
    }
}
