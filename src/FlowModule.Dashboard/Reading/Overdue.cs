namespace FlowModule.Dashboard.Reading;

/// <summary>Finds out whether a scheduled flow should have run, but has not.</summary>
internal static class Overdue
{
    // A scheduler may be a minute late: cron looks once a minute, and there may be jitter.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The last missed occurrence; null if there is none.</summary>
    internal static DateTimeOffset? Of(FlowRegistration registration, DateTimeOffset now) =>
        registration.PausedSince is null
        && registration.Schedules.Max(schedule => schedule.Previous(now - Patience)) is { } due
        && due >= (registration.Since ?? DateTimeOffset.MaxValue)
        && (registration.LastRun is not { } last || last < due - Patience)
            ? due
            : null;
}
