using System.Globalization;
using FlowModule.Engine.Retries;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>Whether and when a failed attempt is followed by another. Only a run that may be retried has one.</summary>
/// <param name="run">The run.</param>
/// <param name="services">The clock, and the jitter.</param>
/// <param name="due">Called when the delay is over.</param>
internal sealed class RunRetry(FlowRun run, RunServices services, Action due)
{
    private ITimer? _timer;
    private volatile bool _isDue;

    /// <summary>Whether the delay is over.</summary>
    internal bool IsDue => _isDue;

    /// <summary>Whether the policy allows another attempt, before the user's condition is asked.</summary>
    internal bool IsAllowed(in FinalStateRule.Verdict verdict, RunOutcome outcome) =>
        verdict.Type is StateType.Failed or StateType.Crashed
        && run.Tries <= run.Policy.Retry.Count
        && run.StartTime is not null
        && outcome.Failure is not { IsPermanent: true };

    /// <summary>Has the run wait for its next attempt. Returns false if it was cancelled meanwhile.</summary>
    internal bool TrySchedule(in FinalStateRule.Verdict verdict, RunOutcome outcome)
    {
        TimeSpan delay = RetryDelay.Before(run.Policy.Retry, run.Tries, outcome.Failure?.RetryAfter, services.Random);
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"Attempt {run.Tries} of {run.Policy.Retry.Count + 1} failed: {verdict.Message?.TrimEnd('.')}. The next attempt starts in {delay.TotalSeconds:0.###} s.");
        if (!run.TryAwaitRetry(message, delay))
        {
            return false;
        }

        _isDue = delay <= TimeSpan.Zero;
        if (!_isDue)
        {
            _timer = services.Time.CreateTimer(
                _ =>
                {
                    _isDue = true;
                    due();
                },
                state: null,
                delay,
                Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    internal void DropTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
