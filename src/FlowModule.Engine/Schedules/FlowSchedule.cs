namespace FlowModule;

/// <summary>
/// When a flow runs. Immutable. Times of day are wall clock times in <see cref="TimeZone"/>: a time that the clock skips
/// occurs right after the change; a time that the clock shows twice occurs the first time.
/// </summary>
public abstract class FlowSchedule
{
    private protected FlowSchedule(TimeZoneInfo timeZone, TimeSpan jitter)
    {
        TimeZone = timeZone;
        Jitter = jitter;
    }

    /// <summary>The time zone of the schedule's times.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>The longest delay of a run. Each occurrence has a different delay, so that the schedules of an hour do not all start in the same second.</summary>
    public TimeSpan Jitter { get; }

    /// <summary>The schedule in words, in terms of its parameters.</summary>
    public abstract string Description { get; }

    /// <summary>The next occurrence from now, or null if there is none. Without the jitter.</summary>
    public DateTimeOffset? NextRun => Next(DateTimeOffset.UtcNow);

    /// <summary>The first occurrence after a moment, or null if there is none. Without the jitter.</summary>
    /// <param name="after">The moment.</param>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>The last occurrence at or before a moment, or null if there is none. Without the jitter.</summary>
    /// <param name="atOrBefore">The moment.</param>
    internal abstract DateTimeOffset? Previous(DateTimeOffset atOrBefore);

    /// <summary>The delay of the run of a tick: the same in every process, because it depends only on the name and the tick.</summary>
    internal TimeSpan DelayOf(string name, DateTimeOffset tick)
    {
        if (Jitter == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{name}\n{tick.UtcTicks}"));
        return TimeSpan.FromTicks((long)(BitConverter.ToUInt64(hash) / (ulong.MaxValue + 1.0) * Jitter.Ticks));
    }

    /// <inheritdoc/>
    public override string ToString() => Description;
}
