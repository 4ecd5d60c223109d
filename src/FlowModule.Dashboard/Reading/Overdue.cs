namespace FlowModule.Dashboard.Reading;

/// <summary>Says whether a scheduled flow should have run and has not.</summary>
internal static class Overdue
{
    // What starts it may be a minute late by itself: cron looks once a minute, and jitter is added.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The occurrence that was missed last; null when all is well.</summary>
    internal static DateTimeOffset? Of(FlowRegistration registration, DateTimeOffset now) =>
        registration.PausedSince is null
        && registration.Schedules.Max(schedule => schedule.Previous(now - Patience)) is { } due
        && due >= (registration.Since ?? DateTimeOffset.MaxValue)
        && (registration.LastRun is not { } last || last < due - Patience)
            ? due
            : null;
}
