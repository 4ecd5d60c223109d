using FlowModule.Engine.Caching;
using FlowModule.Engine.Retries;

namespace FlowModule.Engine.Runs;

/// <summary>The policy of the runs of a flow or a task. Immutable; a call with other values creates its own.</summary>
internal sealed record RunPolicy
{
    internal static readonly RunPolicy Default = new();

    private static readonly string[] BuiltInKinds = Enum.GetNames<FlowIsolation>();

    /// <summary>How long one attempt may take, in seconds. Null: no limit.</summary>
    internal double? TimeoutSeconds { get; init; }

    internal RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>Whether a retry reuses what completed in earlier attempts.</summary>
    internal bool ReusesCompleted { get; init; } = true;

    /// <summary>The limits of which a run needs a slot.</summary>
    internal IReadOnlyList<string> Limits { get; init; } = [];

    internal CacheSettings? Cache { get; init; }

    internal RunHooks? Hooks { get; init; }

    /// <summary>The host's script that undoes a completed run when the run that contains it fails later.</summary>
    internal object? Rollback { get; init; }

    /// <summary>How the run is isolated from its caller. With its own process, all data is copied between them.</summary>
    internal FlowIsolation Isolation { get; init; }

    /// <summary>The kind of workers that is named instead of that of <see cref="Isolation"/>; otherwise null.</summary>
    internal string? NamedKind { get; init; }

    /// <summary>The kind of workers that have one run already, from a process that has died; otherwise null.</summary>
    internal string? AdoptingKind { get; init; }

    /// <summary>The kind of workers that execute the runs: the built-in kind of <see cref="Isolation"/>, unless another is named.</summary>
    internal string WorkerKind
    {
        get => AdoptingKind ?? NamedKind ?? BuiltInKinds[(int)Isolation];
        init => NamedKind = value;
    }

    /// <summary>Whether the runs need workers of a kind of their own: the runspace of the caller cannot execute them.</summary>
    internal bool IsIsolated => WorkerKind != nameof(FlowIsolation.Runspace);

    /// <summary>Names of parameters whose values are never written to disk.</summary>
    internal IReadOnlyList<string> Secrets { get; init; } = [];
}
