namespace FlowModule.Engine.States;

/// <summary>
/// The number of states of each kind in a run's output or among its children. Counts, not states: a run that has started
/// a hundred thousand subflows must not keep them.
/// </summary>
internal struct StateTally
{
    internal int Total { get; private set; }

    internal int Completed { get; private set; }

    internal int Cancelled { get; private set; }

    /// <summary>States that are not Completed, but that -FailWhen allows.</summary>
    internal int Tolerated { get; private set; }

    /// <summary>Failed or Crashed.</summary>
    internal int Failed { get; private set; }

    /// <summary>The first failure that was counted: a parent's error names it as the cause.</summary>
    internal FlowState? FirstFailure { get; private set; }

    internal void Add(FlowState state)
    {
        Total++;
        if (state.IsTolerated)
        {
            Tolerated++;
            return;
        }

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
