namespace FlowModule;

/// <summary>
/// An error that says when to retry, or that a retry is useless: <c>throw [FlowModule.FlowRetryException]::new('busy', 30)</c>. It
/// has no effect if the run has no retries left.
/// </summary>
public sealed class FlowRetryException : Exception
{
    /// <summary>An error that must not be retried.</summary>
    /// <param name="message">What went wrong.</param>
    public FlowRetryException(string message)
        : base(message)
    {
    }

    /// <summary>An error that may be retried after a minimum delay.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="retryAfterSeconds">The minimum delay, in seconds.</param>
    public FlowRetryException(string message, double retryAfterSeconds)
        : base(message) => RetryAfter = TimeSpan.FromSeconds(retryAfterSeconds);

    /// <summary>An error that must not be retried, with its cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public FlowRetryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without a message.</summary>
    public FlowRetryException()
    {
    }

    /// <summary>The minimum delay before the next attempt; null: no retry.</summary>
    public TimeSpan? RetryAfter { get; }
}
