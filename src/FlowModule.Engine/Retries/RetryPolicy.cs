namespace FlowModule.Engine.Retries;

/// <summary>How often a run or a task that failed is tried again, and how long it waits before.</summary>
internal sealed record RetryPolicy
{
    internal static readonly RetryPolicy None = new();

    /// <summary>How many retries follow the first try. 0: none.</summary>
    internal int Count { get; init; }

    /// <summary>The delays before the first retries, in seconds. The last one repeats, and is what backs off. Empty: no delay.</summary>
    internal IReadOnlyList<double> DelaySeconds { get; init; } = [];

    /// <summary>How the last delay grows when it repeats.</summary>
    internal RetryBackoff Backoff { get; init; }

    /// <summary>No delay is longer than this, in seconds, but for one that the failure itself asks for. Null: as long as they get.</summary>
    internal double? MaxDelaySeconds { get; init; }

    /// <summary>
    /// The fraction, 0 to 1, by which a delay is made shorter or longer by chance, so that runs which failed together are not
    /// retried together. The mean stays.
    /// </summary>
    internal double Jitter { get; init; }

    /// <summary>What decides whether a failure is worth a retry, as the host represents it. Null: every failure is.</summary>
    internal object? Condition { get; init; }
}
