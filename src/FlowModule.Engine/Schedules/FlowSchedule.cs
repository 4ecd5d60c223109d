namespace FlowModule;

/// <summary>
/// When a flow is to run. Immutable. Times of day are those of a wall clock in <see cref="TimeZone"/>: where the clock jumps over one, it
/// occurs right after the jump; where the clock shows it twice, it occurs the first time.
/// </summary>
public abstract class FlowSchedule
{
    private protected FlowSchedule(TimeZoneInfo timeZone, TimeSpan jitter)
    {
        TimeZone = timeZone;
        Jitter = jitter;
    }

    /// <summary>The time zone that the schedule's times are in.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>By how much a run is put off at most: each by another time, so that not all schedules of an hour start in the same second.</summary>
    public TimeSpan Jitter { get; }

    /// <summary>The schedule in words, as its parameters say it.</summary>
    public abstract string Description { get; }

    /// <summary>When it occurs next, seen from now, or null when it never does again. Without the jitter.</summary>
    public DateTimeOffset? NextRun => Next(DateTimeOffset.UtcNow);

    /// <summary>The first time after another, or null when there is none. Without the jitter.</summary>
    /// <param name="after">The time that it comes after.</param>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>The last time at or before another, or null when there is none. Without the jitter.</summary>
    /// <param name="atOrBefore">The latest time that it may be.</param>
    internal abstract DateTimeOffset? Previous(DateTimeOffset atOrBefore);

    /// <summary>How long the run of a time is put off: always the same for the same name and time, whichever process asks.</summary>
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
