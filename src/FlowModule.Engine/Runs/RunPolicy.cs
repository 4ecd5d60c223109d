using FlowModule.Engine.Caching;
using FlowModule.Engine.Retries;

namespace FlowModule.Engine.Runs;

/// <summary>How runs of a flow or a task are run: the same rules for both. Immutable; a call that says something else makes its own.</summary>
internal sealed record RunPolicy
{
    internal static readonly RunPolicy Default = new();

    private static readonly string[] BuiltInKinds = Enum.GetNames<FlowIsolation>();

    /// <summary>How long one attempt may take, in seconds. Null: as long as it needs.</summary>
    internal double? TimeoutSeconds { get; init; }

    internal RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>Whether a retried run takes over what completed in its earlier attempts, instead of running it again.</summary>
    internal bool ReusesCompleted { get; init; } = true;

    /// <summary>The limits that a run needs a slot of.</summary>
    internal IReadOnlyList<string> Limits { get; init; } = [];

    internal CacheSettings? Cache { get; init; }

    internal RunHooks? Hooks { get; init; }

    /// <summary>What undoes a completed run when the run that it is part of fails later; the host's script.</summary>
    internal object? Rollback { get; init; }

    /// <summary>How far a run is kept apart from its caller. In a process of its own, what crosses to it and back are copies.</summary>
    internal FlowIsolation Isolation { get; init; }

    /// <summary>The kind of workers that execute the runs: the built-in kind of <see cref="Isolation"/>, unless another is named.</summary>
    internal string WorkerKind
    {
        get => field ?? BuiltInKinds[(int)Isolation];
        init;
    }

    /// <summary>Names of parameters whose values are never written down.</summary>
    internal IReadOnlyList<string> Secrets { get; init; } = [];
}
