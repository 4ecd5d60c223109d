using FlowModule.Engine.Retries;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Tries to send a report until it arrives, cannot arrive, or the retries are used up.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Returns a random number from 0 to 1, which spreads simultaneous retries.</param>
/// <param name="retries">The number of retries.</param>
internal sealed class RetriedSending(TimeProvider time, Func<double> random, int retries = RetriedSending.Retries)
{
    private const int Retries = 5;

    /// <summary>Waits 2, 4, 8, 16 and 32 seconds: a restarted service is available again by then.</summary>
    internal static readonly RetryPolicy Policy = new() { Count = Retries, DelaySeconds = [2], Backoff = RetryBackoff.Exponential, Jitter = 0.2 };

    /// <summary>The longest accepted Retry-After; for longer ones the report is abandoned, because the waiting process would delay the next run.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <returns>Why it has not arrived, or null.</returns>
    internal async Task<string?> Send(INotificationSender sender, CancellationToken stop)
    {
        for (int attempts = 1; ; attempts++)
        {
            SendAttempt attempt = await Try(sender, stop).ConfigureAwait(false);
            if (attempt.Problem is not { } problem)
            {
                return null;
            }

            if (attempts <= retries && attempt.RetryAfter > LongestWait && attempt.IsWorthRetry)
            {
                return $"{problem} It asks to be tried again after {attempt.RetryAfter.Value.TotalSeconds:0} seconds, and is waited for no longer than {LongestWait.TotalSeconds:0}.";
            }

            if (!attempt.IsWorthRetry || attempts > retries)
            {
                return attempts == 1 ? problem : $"{problem} It was tried {attempts} times.";
            }

            try
            {
                await Task.Delay(RetryDelay.Before(Policy, attempts, attempt.RetryAfter, random), time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return $"{problem} It was to be tried again when this was stopped.";
            }
        }
    }

    private async Task<SendAttempt> Try(INotificationSender sender, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(sender.Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await sender.Try(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return stop.IsCancellationRequested
                ? new SendAttempt("It was stopped.")
                : new SendAttempt($"It took more than {sender.Limit.TotalSeconds:0} seconds.", IsWorthRetry: true);
        }
        catch (Exception exception)
        {
            // No error here may stop the other notifications or the supervisor.
            return new SendAttempt($"{exception.GetType().Name}: {exception.Message}");
        }
    }
}
