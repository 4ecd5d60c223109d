namespace FlowModule.Engine;

/// <summary>What the user wants called when a run changes its state: scripts of the host's, which the engine only passes on.</summary>
internal sealed record RunHooks
{
    internal object? OnRunning { get; init; }

    internal object? OnCompletion { get; init; }

    internal object? OnFailure { get; init; }

    internal object? OnCancellation { get; init; }

    internal object? OnCrash { get; init; }

    /// <summary>All of them that there are.</summary>
    internal IEnumerable<object> All => new[] { OnRunning, OnCompletion, OnFailure, OnCancellation, OnCrash }.OfType<object>();

    /// <summary>The hook for a final state.</summary>
    internal object? For(StateType type) => type switch
    {
        StateType.Completed => OnCompletion,
        StateType.Failed => OnFailure,
        StateType.Cancelled => OnCancellation,
        StateType.Crashed => OnCrash,
        _ => null,
    };
}
