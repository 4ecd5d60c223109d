namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>What became of an attempt to send a report.</summary>
/// <param name="Problem">Why it did not arrive; null when it did.</param>
/// <param name="IsWorthRetry">Whether it may arrive a little later.</param>
/// <param name="RetryAfter">How long the other side asks to be left alone, or null.</param>
internal readonly record struct SendAttempt(string? Problem, bool IsWorthRetry = false, TimeSpan? RetryAfter = null)
{
    internal static readonly SendAttempt Arrived;
}
