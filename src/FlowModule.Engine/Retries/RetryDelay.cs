namespace FlowModule.Engine.Retries;

/// <summary>Computes how long a run waits before a retry.</summary>
internal static class RetryDelay
{
    /// <summary>The longest wait of a .NET timer, a little less than 50 days. Longer delays are cut to it.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The delay before a retry: never negative, never longer than <see cref="Longest"/>.</summary>
    /// <param name="policy">The delays and their backoff.</param>
    /// <param name="retry">The number of the retry, from 1.</param>
    /// <param name="retryAfter">The minimum delay that the failure itself asks for, whatever the policy says.</param>
    /// <param name="random">Returns a random number from 0 to 1, excluding 1. Called only if the delay has jitter.</param>
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
            // After the jitter: a user who reads "at most a minute" expects no longer delay.
            seconds = Math.Min(seconds, most);
        }

        TimeSpan delay = Clamp(seconds);
        return retryAfter > delay ? Min(retryAfter.Value, Longest) : delay;
    }

    /// <summary>The delay in seconds before jitter and limits; it may be infinite but never NaN.</summary>
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

        // How often the last value has been used, including this retry. The first use is not increased.
        double times = (double)retry - list.Count + 1;
        double last = list[^1];
        double factor = policy.Backoff switch
        {
            RetryBackoff.Linear => times,
            RetryBackoff.Exponential => Math.Pow(2, times - 1),
            _ => 1,
        };

        // Zero times infinity would be NaN.
        return last > 0 ? last * factor : 0;
    }

    private static TimeSpan Clamp(double seconds) =>
        seconds >= Longest.TotalSeconds ? Longest : seconds > 0 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
