using FlowModule.Engine.Caching;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>What a run does before it may start: it waits for what it depends on, and looks for a result that it can take over.</summary>
/// <param name="run">The run.</param>
/// <param name="errors">Makes the host's error objects.</param>
/// <param name="cache">The run's visit to the cache of results; null for none.</param>
/// <param name="wake">Called when a wait is over.</param>
internal sealed class RunPreparation(FlowRun run, IHostErrors errors, CacheVisit? cache, Action wake)
{
    private bool _hasDependencies = run.Dependencies is not null;
    private bool _hasLookedAtLedger;

    /// <summary>What comes of it: a wait, an end, a failure; or nothing, when the run may go on to its limits.</summary>
    /// <param name="IsReady">Says whether the wait is over; null where there is none.</param>
    /// <param name="Ends">Whether the run ends here.</param>
    /// <param name="Final">The state that it ends with; null when it was stopped first.</param>
    /// <param name="Failure">Why it fails.</param>
    /// <param name="GoesOn">Whether there is more to do before it.</param>
    /// <param name="Line">A line to log, or null.</param>
    internal readonly record struct Answer(
        Func<bool>? IsReady = null, bool Ends = false, FlowState? Final = null, RunFailure? Failure = null, bool GoesOn = false, LogLine? Line = null);

    /// <summary>Whether it waits for other runs.</summary>
    internal bool IsHeld => _hasDependencies;

    /// <summary>Whether the next step asks the user's script for the key of the result.</summary>
    internal bool NeedsHost => !_hasDependencies && cache is { NeedsKey: true };

    internal Answer Next(IRunHost? host)
    {
        if (_hasDependencies)
        {
            return AwaitDependencies(run.Dependencies!);
        }

        if (!_hasLookedAtLedger)
        {
            _hasLookedAtLedger = true;
            return LookAtLedger();
        }

        return cache is null ? default : LookUp(cache, host);
    }

    private Answer AwaitDependencies(RunDependencies dependencies)
    {
        if (!dependencies.Arm(wake))
        {
            return new Answer(IsReady: () => dependencies.AreOver);
        }

        if (dependencies.FirstNotCompleted() is { } failed)
        {
            string message = $"{failed.KindName} '{failed.Name}', which it depends on, is {failed.State.Name}.";
            var verdict = new FinalStateRule.Verdict(StateType.Pending, StateNames.NotReady, message, Error: failed.State);
            return Ending(run.EndNotReady(message, errors.Describe(run, verdict)));
        }

        try
        {
            dependencies.Resolve(run);
        }
        catch (Exception exception)
        {
            // A result that does not fit the parameter that it is for.
            return new Answer(Failure: errors.Describe(run, exception));
        }

        dependencies.Forget();
        _hasDependencies = false;
        return new Answer(GoesOn: true);
    }

    private Answer LookAtLedger()
    {
        if (run.LedgerEntry is { Completed: not null } earlier)
        {
            return Ending(run.EndCached(run.Flow.CopyOf(earlier.Result), "Completed in an earlier attempt and not run again."));
        }

        LogLine? line = run.Policy.AdoptingKind is not null ? LogLine.GoesOnAtWorker(run) : run.LedgerEntry?.WhyAgain is { } why ? LogLine.TakesOverNothing(run, why) : null;
        if (line is not null)
        {
            run.Listeners.Logged(run, line.Time, FlowLogLevel.Information, line.Text);
        }

        return new Answer(GoesOn: cache is not null, Line: line);
    }

    private Answer LookUp(CacheVisit visit, IRunHost? host)
    {
        CacheTicket? ticket;
        try
        {
            ticket = visit.Ask(() => host!.CacheKey(run));
        }
        catch (Exception exception) when (exception is not HostInterruptedException)
        {
            return new Answer(Failure: errors.Describe(run, exception));
        }

        return ticket?.Kind switch
        {
            CacheTicketKind.Hit => Ending(run.EndCached(run.Flow.CopyOf(ticket.Value), "The result of an earlier run was taken from the cache.")),
            CacheTicketKind.Waiting => new Answer(IsReady: () => visit.IsStale),
            _ => default,
        };
    }

    private static Answer Ending(FlowState? final) => new(Ends: true, Final: final);
}
