namespace FlowModule.Engine.Retries;

/// <summary>How often a failed run or task is retried, and how long it waits before each retry.</summary>
internal sealed record RetryPolicy
{
    internal static readonly RetryPolicy None = new();

    /// <summary>The number of retries after the first attempt. 0: none.</summary>
    internal int Count { get; init; }

    /// <summary>The delays before the first retries, in seconds. The last one repeats and grows by the backoff. Empty: no delay.</summary>
    internal IReadOnlyList<double> DelaySeconds { get; init; } = [];

    /// <summary>How the last delay grows when it repeats.</summary>
    internal RetryBackoff Backoff { get; init; }

    /// <summary>The longest delay in seconds, unless the failure itself asks for a longer one. Null: no maximum.</summary>
    internal double? MaxDelaySeconds { get; init; }

    /// <summary>
    /// The fraction, 0 to 1, by which a delay is shortened or lengthened at random, so that runs which failed together are not
    /// retried together. The mean does not change.
    /// </summary>
    internal double Jitter { get; init; }

    /// <summary>The host's condition that decides whether to retry after a failure. Null: always.</summary>
    internal object? Condition { get; init; }
}
