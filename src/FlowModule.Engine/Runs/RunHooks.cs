namespace FlowModule.Engine.Runs;

/// <summary>
/// The user's hooks for a run's state changes: scripts of the host, which the engine only passes on. Hooks for the same event
/// are called in order.
/// </summary>
internal sealed record RunHooks
{
    internal IReadOnlyList<object> OnRunning { get; init; } = [];

    internal IReadOnlyList<object> OnCompletion { get; init; } = [];

    internal IReadOnlyList<object> OnFailure { get; init; } = [];

    internal IReadOnlyList<object> OnCancellation { get; init; } = [];

    internal IReadOnlyList<object> OnCrash { get; init; } = [];

    /// <summary>All hooks.</summary>
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
