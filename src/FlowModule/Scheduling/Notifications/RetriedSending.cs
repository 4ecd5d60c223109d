using FlowModule.Engine.Retries;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Tries to send a report until it has arrived, cannot arrive, or was tried often enough.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Gives what spreads the attempts of many who try at once, from 0 to 1.</param>
/// <param name="retries">How often it is tried again.</param>
internal sealed class RetriedSending(TimeProvider time, Func<double> random, int retries = RetriedSending.Retries)
{
    private const int Retries = 5;

    /// <summary>2, 4, 8, 16 and 32 seconds after one another: a service that is started anew is there again by then.</summary>
    internal static readonly RetryPolicy Policy = new() { Count = Retries, DelaySeconds = [2], Backoff = RetryBackoff.Exponential, Jitter = 0.2 };

    /// <summary>Whoever asks to be left alone for longer is not told: the process that waits would be in the way of the next run.</summary>
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
            // Nothing that goes wrong here may keep the others from being told, or the supervisor from going on.
            return new SendAttempt($"{exception.GetType().Name}: {exception.Message}");
        }
    }
}
