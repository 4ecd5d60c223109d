using FlowModule.Engine.Retries;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <content>Decides whether and when a failed attempt is retried.</content>
internal sealed partial class RunDriver
{
    private ITimer? _retryTimer;
    private volatile bool _retryIsDue;

    private bool MayRetry(in FinalStateRule.Verdict verdict) =>
        verdict.Type is StateType.Failed or StateType.Crashed
        && _run.Tries <= _run.Policy.Retry.Count
        && !_retriesNoMore
        && _run.StartTime is not null
        && _outcome.Failure is not { IsPermanent: true };

    private bool AskRetry(IRunHost? host, in FinalStateRule.Verdict verdict)
    {
        if (_run.Policy.Retry.Condition is null || host is null)
        {
            return _run.Policy.Retry.Condition is null;
        }

        try
        {
            var failed = new FlowState(
                _run, verdict.Type, _run.Time.GetLocalNow(), verdict.Name, verdict.Message, verdict.Result, _errors.Describe(_run, verdict));
            return host.ShouldRetry(_run, failed);
        }
        catch (Exception exception) when (exception is not HostInterruptedException)
        {
            string message = $"The retry condition threw: {exception.Message.TrimEnd('.')}. The attempt before it: {verdict.Message}";
            RunFailure failure = _errors.Describe(_run, new RetryConditionException(message, exception));
            _outcome = new RunOutcome([], failure with { IsPermanent = true, Message = message });
            return false;
        }
    }

    private bool TryScheduleRetry(in FinalStateRule.Verdict verdict)
    {
        TimeSpan delay = RetryDelay.Before(_run.Policy.Retry, _run.Tries, _outcome.Failure?.RetryAfter, _services.Random);
        string message = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"Attempt {_run.Tries} of {_run.Policy.Retry.Count + 1} failed: {verdict.Message?.TrimEnd('.')}. The next attempt starts in {delay.TotalSeconds:0.###} s.");
        if (!_run.TryAwaitRetry(message, delay))
        {
            return false;
        }

        Log(static (run, state) => LogLine.Waiting(run, state), _run.State);
        ReleaseSlots();
        _interruptions = 0;
        _outcome = RunOutcome.Nothing;
        _retryIsDue = delay <= TimeSpan.Zero;
        _phase = Phase.Delay;
        if (!_retryIsDue)
        {
            _retryTimer = _services.Time.CreateTimer(
                _ =>
                {
                    _retryIsDue = true;
                    Unpark();
                },
                state: null,
                delay,
                Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    private RunStep? AwaitRetry()
    {
        if (!_retryIsDue)
        {
            return Park(() => _retryIsDue);
        }

        DropRetryTimer();
        _phase = Phase.Limits;
        return null;
    }

    private void DropRetryTimer()
    {
        _retryTimer?.Dispose();
        _retryTimer = null;
    }
}
