namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>The result of an attempt to send a report.</summary>
/// <param name="Problem">Why it did not arrive; null if it did.</param>
/// <param name="IsWorthRetry">Whether a retry may succeed.</param>
/// <param name="RetryAfter">The wait that the service asks for, or null.</param>
internal readonly record struct SendAttempt(string? Problem, bool IsWorthRetry = false, TimeSpan? RetryAfter = null)
{
    internal static readonly SendAttempt Arrived;
}
