namespace FlowModule.Engine;

/// <content>What a run waits for before its body, and between its attempts.</content>
internal sealed partial class RunDriver
{
    private int _parked;
    private CacheTicket? _ticket;
    private string? _cacheKey;
    private volatile bool _ticketIsStale;
    private LimitLease? _lease;
    private volatile bool _slotsAreHeld;
    private bool _sharesSlots;
    private ITimer? _retryTimer;
    private volatile bool _retryIsDue;

    /// <summary>Gives the slots of the run's limits to others while it waits in the middle of its body.</summary>
    internal void LendSlots() => _lease?.Lend();

    /// <summary>Whether they were lent and not taken back.</summary>
    internal bool HasLentSlots => _phase == Phase.Body && _lease is { IsHeld: false };

    /// <summary>Takes them back, waiting for them; not when the run is stopped meanwhile, or the attempt that lent them has been given up.</summary>
    internal void ReclaimSlots(int attempt)
    {
        if (_lease is not { } lease || _run.Attempt != attempt || _run.StopRequest is not null)
        {
            return;
        }

        bool back = false;
        if (_sharesSlots && !_run.Policy.Limits.All(limit => IsCovered(limit) || Holds(limit)))
        {
            // Those around it lent what it shared with them: it asks for all that it needs at once, as one that holds some and waits
            // for others might wait for ever.
            lease.Dispose();
            _sharesSlots = false;
            _lease = lease = _services.Limits.Request(_run.Policy.Limits, Granted);
            if (lease.IsGranted)
            {
                return;
            }
        }
        else if (lease.Reclaim(Granted))
        {
            return;
        }

        lock (_gate)
        {
            while (!back && _run.StopRequest is null && _run.Attempt == attempt)
            {
                Monitor.Wait(_gate);
            }
        }

        void Granted()
        {
            lock (_gate)
            {
                back = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Whether the run itself holds a slot of a limit, and has not lent it.</summary>
    private bool Holds(string limit) => _lease is { IsHeld: true } && _run.Policy.Limits.Contains(limit, StringComparer.OrdinalIgnoreCase);

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
            _phase = Phase.Reuse;
        }
        catch (Exception exception)
        {
            // A result that does not fit the parameter that it is for.
            Fail(_errors.Describe(_run, exception));
        }

        return null;
    }

    private RunStep? Reuse()
    {
        if (_run.LedgerEntry?.Completed is { } earlier)
        {
            return EndWith(_run.EndCached(earlier.Result, "Completed in an earlier attempt and not run again."));
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
            _ticket = _services.Cache.Enter(_cacheKey, _run.Policy.Cache!.Refresh, () =>
            {
                _ticketIsStale = true;
                Unpark();
            }, waited: _ticket);
        }

        if (_ticket.Kind == CacheTicketKind.Hit)
        {
            return EndWith(_run.EndCached(_ticket.Value, "The result of an earlier run was taken from the cache."));
        }

        if (_ticket.Kind == CacheTicketKind.Waiting)
        {
            if (IsComputedAround(_cacheKey))
            {
                // It would wait for a run that waits for it: a task that calls itself computes each result.
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

    private bool IsComputedAround(string? key)
    {
        for (FlowRun? run = _run.Parent; run is not null; run = run.Parent)
        {
            if (run.Driver?._ticket is { Kind: CacheTicketKind.Owner, IsOver: false } ticket && ticket.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those who wait for the same key learn what came of it.</summary>
    private void LeaveCache(FlowState final)
    {
        if (_ticket is not { Kind: not CacheTicketKind.Hit } ticket)
        {
            return;
        }

        if (final.IsCompleted && ticket.Kind == CacheTicketKind.Owner)
        {
            ticket.Complete(final.Result, _run.Policy.Cache!.Expiration);
        }
        else
        {
            ticket.Abandon();
        }
    }

    private RunStep? AwaitSlots()
    {
        if (_run.Policy.Limits.Count == 0)
        {
            _phase = Phase.Start;
            return null;
        }

        if (_lease is null)
        {
            _lease = RequestSlots();
        }

        if (_slotsAreHeld)
        {
            _phase = Phase.Start;
            return null;
        }

        _run.Await(StateNames.AwaitingConcurrencySlot, $"Waits for a slot of {string.Join(", ", _run.Policy.Limits)}.");
        return Park(() => _slotsAreHeld);
    }

    private LimitLease RequestSlots()
    {
        string[] covered = [.. _run.Policy.Limits.Where(IsCovered)];
        LimitLease lease = Request([.. _run.Policy.Limits.Except(covered)]);
        _sharesSlots = covered.Length > 0;
        if (_sharesSlots && !lease.IsGranted)
        {
            // The runs that hold the rest lend it for as long as this one waits: then it needs slots of its own.
            lease.Dispose();
            _sharesSlots = false;
            lease = Request(_run.Policy.Limits);
        }

        return lease;
    }

    private LimitLease Request(IReadOnlyList<string> limits)
    {
        _slotsAreHeld = false;
        LimitLease lease = _services.Limits.Request(limits, () =>
        {
            _slotsAreHeld = true;
            Unpark();
        });
        if (lease.IsGranted)
        {
            // Only then: the callback may have come already, and must not be undone.
            _slotsAreHeld = true;
        }

        return lease;
    }

    /// <summary>Whether a run on whose thread this one runs holds the limit: it does nothing else meanwhile, so its slot is this run's too.</summary>
    private bool IsCovered(string limit)
    {
        for (FlowRun run = _run; run is { IsInline: true, Parent: { } parent }; run = parent)
        {
            if (parent.Driver?.Holds(limit) == true)
            {
                return true;
            }
        }

        return false;
    }

    private void ReleaseSlots()
    {
        _lease?.Dispose();
        _lease = null;
    }

    private bool MayRetry(in FinalStateRule.Verdict verdict) =>
        verdict.Type is StateType.Failed or StateType.Crashed
        && _run.Attempt <= _run.Policy.Retry.Count
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
            RunFailure failure = _errors.Describe(_run, exception);
            _outcome = new RunOutcome([], failure with
            {
                IsPermanent = true,
                Message = $"The retry condition threw: {exception.Message} The attempt before it: {verdict.Message}",
            });
            return false;
        }
    }

    private bool TryScheduleRetry(in FinalStateRule.Verdict verdict)
    {
        TimeSpan delay = RetryDelay.Before(_run.Policy.Retry, _run.Attempt, _outcome.Failure?.RetryAfter, _services.Random);
        string message = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"Attempt {_run.Attempt} of {_run.Policy.Retry.Count + 1} failed: {verdict.Message?.TrimEnd('.')}. The next one comes in {delay.TotalSeconds:0.###} s.");
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

    /// <summary>Waits: whoever brings what is waited for wakes the executor, which may do so at once.</summary>
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
            // The body may wait for its slots.
            Monitor.PulseAll(_gate);
        }

        _stopping?.Invoke();
        Unpark();
    }
}
