namespace FlowModule.Engine;

/// <summary>Says for which time a process was started that the system's scheduler starts without saying it.</summary>
internal static class DueTick
{
    /// <summary>So long after a time that has run already, a second start is taken for the same time's.</summary>
    internal static readonly TimeSpan SameFor = TimeSpan.FromSeconds(90);

    /// <summary>A scheduler's timer may be that much too early.</summary>
    internal static readonly TimeSpan EarlyBy = TimeSpan.FromSeconds(1);

    /// <param name="flow">The flow.</param>
    /// <param name="now">The time now.</param>
    /// <param name="isTaken">Whether a time was run, or is being run.</param>
    internal static DateTimeOffset Of(ScheduledFlow flow, DateTimeOffset now, Func<DateTimeOffset, bool> isTaken)
    {
        DateTimeOffset? last = flow.Previous(now);
        bool isOpen = last is { } time && time >= flow.Since && !isTaken(time);
        if (isOpen)
        {
            return last!.Value;
        }

        if (flow.Next(now) is { } next && next - now <= EarlyBy)
        {
            return next;
        }

        // Somebody started it by hand, or has edited the line that starts it: it is run all the same, for that is what was asked.
        return last is { } taken && taken >= flow.Since && now - taken <= SameFor ? taken : now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
    }
}
