using FlowModule.Engine.Retries;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>What follows from the outcome of an attempt: another attempt, or the run's final state and the scripts that are called about it.</summary>
/// <param name="run">The run.</param>
/// <param name="errors">Makes the host's error objects.</param>
/// <param name="cache">The run's visit to the cache of results; null for none.</param>
/// <param name="retry">When the run may be retried; null for never.</param>
internal sealed class RunEnding(FlowRun run, IHostErrors errors, CacheVisit? cache, RunRetry? retry)
{
    private (RunOutcome Outcome, Judgement Judgement)? _judged;
    private RunCalls? _calls;
    private bool _retriesNoMore;

    /// <summary>What the attempt came to.</summary>
    internal RunOutcome Outcome { get; set; } = RunOutcome.Nothing;

    /// <summary>The state that the run came to; null before.</summary>
    internal FlowState? Final { get; private set; }

    /// <summary>Whether the user's condition is asked whether another attempt follows.</summary>
    internal bool AsksCondition => run.Policy.Retry.Condition is not null && MayRetry();

    /// <summary>What the attempt came to stands, whatever the policy says.</summary>
    internal void RetryNoMore() => _retriesNoMore = true;

    /// <summary>Has the run wait for another attempt, if one follows.</summary>
    internal bool TryRetry(IRunHost? host)
    {
        FinalStateRule.Verdict verdict = Judge().Verdict;
        if (!MayRetry() || !AskCondition(host, verdict) || !retry!.TrySchedule(verdict, Outcome))
        {
            return false;
        }

        Outcome = RunOutcome.Nothing;
        return true;
    }

    /// <summary>Ends the run by the rules.</summary>
    internal FlowState End() => run.End(Outcome, Judge(), errors.Describe) ?? run.State;

    /// <summary>Ends the run in any case, when words for its error cannot be had.</summary>
    internal void EndPlainly() => Final ??= run.End(Outcome, Judge(), static (_, verdict) => verdict.Error) ?? run.State;

    /// <summary>The run has come to its final state, or to one that it cannot leave: whoever counts on its result learns of it.</summary>
    /// <returns>Whether there are scripts to call.</returns>
    internal bool Conclude(FlowState final)
    {
        Final = final;
        if (final.Type == StateType.Cancelled)
        {
            run.StopRequest?.Interruption?.Add();
        }

        retry?.DropTimer();
        cache?.Leave(final);
        if (final.IsCompleted)
        {
            run.LedgerEntry?.Complete(final);
        }

        _calls = RunCalls.For(run, final);
        return _calls is not null;
    }

    /// <summary>Calls the next script. Returns false when none is left.</summary>
    internal bool CallNext(IRunHost host)
    {
        try
        {
            return _calls!.CallNext(host);
        }
        finally
        {
            Final = _calls!.Final;
        }
    }

    private bool MayRetry() => retry is not null && !_retriesNoMore && retry.IsAllowed(Judge().Verdict, Outcome);

    /// <summary>What the rules say of the outcome: asked once, and again only if another outcome or a stop has come since.</summary>
    private Judgement Judge()
    {
        if (_judged is not var (outcome, judgement) || !ReferenceEquals(outcome, Outcome) || !ReferenceEquals(judgement.Stop, run.StopRequest))
        {
            judgement = run.Judge(Outcome);
            _judged = (Outcome, judgement);
        }

        return judgement;
    }

    private bool AskCondition(IRunHost? host, in FinalStateRule.Verdict verdict)
    {
        if (run.Policy.Retry.Condition is null || host is null)
        {
            return run.Policy.Retry.Condition is null;
        }

        try
        {
            return host.ShouldRetry(
                run, new FlowState(run, verdict.Type, run.Time.GetLocalNow(), verdict.Name, verdict.Message, verdict.Result, errors.Describe(run, verdict)));
        }
        catch (Exception exception) when (exception is not HostInterruptedException)
        {
            string message = $"The retry condition threw: {exception.Message.TrimEnd('.')}. The attempt before it: {verdict.Message}";
            RunFailure failure = errors.Describe(run, new RetryConditionException(message, exception));
            Outcome = new RunOutcome([], failure with { IsPermanent = true, Message = message });
            return false;
        }
    }
}
