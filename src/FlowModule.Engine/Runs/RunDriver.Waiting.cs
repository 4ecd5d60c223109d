using FlowModule.Engine.Caching;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Runs;

/// <content>The waits of a run before its body, and between its attempts.</content>
internal sealed partial class RunDriver
{
    private int _parked;
    private CacheTicket? _ticket;
    private string? _cacheKey;
    private volatile bool _ticketIsStale;

    private RunStep? AwaitDependencies()
    {
        RunDependencies dependencies = _run.Dependencies!;
        if (!dependencies.Arm(Unpark))
        {
            return Park(() => dependencies.AreOver);
        }

        if (dependencies.FirstNotCompleted() is { } failed)
        {
            string message = $"{failed.KindName} '{failed.Name}', which it depends on, is {failed.State.Name}.";
            var verdict = new FinalStateRule.Verdict(StateType.Pending, StateNames.NotReady, message, Error: failed.State);
            return EndWith(_run.EndNotReady(message, _errors.Describe(_run, verdict)));
        }

        try
        {
            dependencies.Resolve(_run);
            dependencies.Forget();
            _phase = Phase.Reuse;
        }
        catch (Exception exception)
        {
            // A result is invalid for its parameter.
            Fail(_errors.Describe(_run, exception));
        }

        return null;
    }

    private RunStep? Reuse()
    {
        if (_run.LedgerEntry is { Completed: not null } earlier)
        {
            return EndWith(_run.EndCached(_run.Flow.CopyOf(earlier.Result), "Completed in an earlier attempt and not run again."));
        }

        if (_run.LedgerEntry?.WhyAgain is { } why)
        {
            var line = LogLine.TakesOverNothing(_run, why);
            _run.Listeners.Logged(_run, line.Time, FlowLogLevel.Information, line.Text);
            Log(_ => line);
        }

        _phase = _run.Policy.Cache is null ? Phase.Limits : Phase.Cache;
        return null;
    }

    private RunStep? LookUp(IRunHost? host)
    {
        if (_ticket is null || _ticketIsStale)
        {
            try
            {
                _cacheKey ??= host!.CacheKey(_run);
            }
            catch (Exception exception) when (exception is not HostInterruptedException)
            {
                Fail(_errors.Describe(_run, exception));
                return null;
            }

            if (_cacheKey is null)
            {
                _phase = Phase.Limits;
                return null;
            }

            _ticketIsStale = false;
            IResultCache cache = _run.Policy.Cache!.Policy.HasFlag(CachePolicy.Run) ? _services.RunCache : _services.Cache;
            _ticket = cache.Enter(_cacheKey, _run.Policy.Cache.Refresh, () =>
            {
                _ticketIsStale = true;
                Unpark();
            }, waited: _ticket);
        }

        if (_ticket.Kind == CacheTicketKind.Hit)
        {
            return EndWith(_run.EndCached(_run.Flow.CopyOf(_ticket.Value), "The result of an earlier run was taken from the cache."));
        }

        if (_ticket.Kind == CacheTicketKind.Waiting)
        {
            if (IsComputedAround(_cacheKey))
            {
                // It would wait for a run that waits for it: a recursive task computes each result.
                _ticket.Abandon();
                _ticket = null;
                _phase = Phase.Limits;
                return null;
            }

            return Park(() => _ticketIsStale);
        }

        _phase = Phase.Limits;
        return null;
    }

    /// <summary>The keys of results that a run or a run around it computes, here or in the sending process.</summary>
    internal static IEnumerable<string> KeysComputedBy(FlowRun? run)
    {
        for (; run is not null; run = run.Parent)
        {
            if (run.Driver?._ticket is { Kind: CacheTicketKind.Owner, IsOver: false } ticket)
            {
                yield return ticket.Key;
            }

            foreach (string key in run.ComputesElsewhere)
            {
                yield return key;
            }
        }
    }

    private bool IsComputedAround(string? key) => KeysComputedBy(_run.Parent).Contains(key, StringComparer.Ordinal);

    /// <summary>Reports the outcome to those who wait for the same key.</summary>
    private void LeaveCache(FlowState final)
    {
        if (_ticket is not { Kind: not CacheTicketKind.Hit } ticket)
        {
            return;
        }

        if (final.IsCompleted && ticket.Kind == CacheTicketKind.Owner)
        {
            ticket.Complete(_run.Flow.CopyOf(final.Result), _run.Policy.Cache!.Expiration);
        }
        else
        {
            ticket.Abandon();
        }
    }

    /// <summary>Waits: the event that ends the wait wakes the executor, possibly at once.</summary>
    private RunStep Park(Func<bool> isReady)
    {
        _executor.Waiting(_run);
        Interlocked.Exchange(ref _parked, 1);
        if (isReady() || _run.StopRequest is not null)
        {
            Unpark();
        }

        return RunStep.Wait;
    }

    private void Unpark()
    {
        if (Interlocked.Exchange(ref _parked, 0) == 1)
        {
            _executor.Wake(_run);
        }
    }

    private void Stopped()
    {
        lock (_gate)
        {
            // The body may be waiting for its slots.
            Monitor.PulseAll(_gate);
        }

        _stopping?.Invoke();
        Unpark();
    }
}
