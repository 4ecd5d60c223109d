namespace FlowModule.Engine.Runs;

/// <summary>
/// What the user wants called when a run changes its state: scripts of the host's, which the engine only passes on. Those of one event
/// are called in their order.
/// </summary>
internal sealed record RunHooks
{
    internal IReadOnlyList<object> OnRunning { get; init; } = [];

    internal IReadOnlyList<object> OnCompletion { get; init; } = [];

    internal IReadOnlyList<object> OnFailure { get; init; } = [];

    internal IReadOnlyList<object> OnCancellation { get; init; } = [];

    internal IReadOnlyList<object> OnCrash { get; init; } = [];

    /// <summary>All of them that there are.</summary>
    internal IEnumerable<object> All => [.. OnRunning, .. OnCompletion, .. OnFailure, .. OnCancellation, .. OnCrash];

    /// <summary>The hooks for a final state.</summary>
    internal IReadOnlyList<object> For(StateType type) => type switch
    {
        StateType.Completed => OnCompletion,
        StateType.Failed => OnFailure,
        StateType.Cancelled => OnCancellation,
        StateType.Crashed => OnCrash,
        _ => [],
    };
}
