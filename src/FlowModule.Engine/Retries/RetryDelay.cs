namespace FlowModule.Engine.Retries;

/// <summary>Works out how long a run waits before a retry.</summary>
internal static class RetryDelay
{
    /// <summary>The longest that a .NET timer waits, a little less than 50 days. Longer delays are cut to it.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The delay before a retry: never negative, never longer than <see cref="Longest"/>.</summary>
    /// <param name="policy">The delays, and how they grow.</param>
    /// <param name="retry">Which retry it is, from 1.</param>
    /// <param name="retryAfter">How long the failure itself asked to be left alone: no retry comes sooner, whatever the policy says.</param>
    /// <param name="random">Gives an even number from 0 up to, and not including, 1. Asked only when the delay has jitter.</param>
    internal static TimeSpan Before(RetryPolicy policy, int retry, TimeSpan? retryAfter, Func<double> random)
    {
        double seconds = Planned(policy, retry);
        double jitter = Math.Clamp(policy.Jitter, 0, 1);
        if (jitter > 0 && seconds > 0)
        {
            seconds *= 1 - jitter + (2 * jitter * random());
        }

        if (policy.MaxDelaySeconds is { } most)
        {
            // After the jitter: a person who reads "at most a minute" expects no delay of more.
            seconds = Math.Min(seconds, most);
        }

        TimeSpan delay = Clamp(seconds);
        return retryAfter > delay ? Min(retryAfter.Value, Longest) : delay;
    }

    /// <summary>The delay in seconds before chance and caps; may be infinite, but is a number.</summary>
    private static double Planned(RetryPolicy policy, int retry)
    {
        IReadOnlyList<double> list = policy.DelaySeconds;
        if (list.Count == 0)
        {
            return 0;
        }

        if (retry <= list.Count)
        {
            return list[Math.Max(retry, 1) - 1];
        }

        // How often the last value has come, this time included: the first time it is as it was given.
        double times = (double)retry - list.Count + 1;
        double last = list[^1];
        double factor = policy.Backoff switch
        {
            RetryBackoff.Linear => times,
            RetryBackoff.Exponential => Math.Pow(2, times - 1),
            _ => 1,
        };

        // Nothing times infinity is no number.
        return last > 0 ? last * factor : 0;
    }

    private static TimeSpan Clamp(double seconds) =>
        seconds >= Longest.TotalSeconds ? Longest : seconds > 0 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
