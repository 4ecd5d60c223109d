namespace FlowModule;

/// <summary>
/// A failure that says when to try again, or that it is of no use: <c>throw [FlowModule.FlowRetryException]::new('busy', 30)</c>. It
/// changes nothing where the run has no retries left.
/// </summary>
public sealed class FlowRetryException : Exception
{
    /// <summary>A failure that must not be tried again.</summary>
    /// <param name="message">What went wrong.</param>
    public FlowRetryException(string message)
        : base(message)
    {
    }

    /// <summary>A failure that may be tried again, but no sooner than it says.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="retryAfterSeconds">How long to wait at least, in seconds.</param>
    public FlowRetryException(string message, double retryAfterSeconds)
        : base(message) => RetryAfter = TimeSpan.FromSeconds(retryAfterSeconds);

    /// <summary>A failure that must not be tried again, with its cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public FlowRetryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure that says nothing.</summary>
    public FlowRetryException()
    {
    }

    /// <summary>How long to wait at least before the next attempt; null: there must be none.</summary>
    public TimeSpan? RetryAfter { get; }
}
