using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>The slots of a run's limits: waited for, held, lent, and shared with the runs inside. Only a run with limits has them.</summary>
/// <param name="run">The run.</param>
/// <param name="services">The limits.</param>
/// <param name="granted">Called when slots come that were waited for before the body.</param>
internal sealed class RunSlots(FlowRun run, RunServices services, Action granted)
{
    private readonly object _gate = new();
    private LimitLease? _lease;
    private volatile bool _areHeld;
    private bool _isShared;
    private bool _isAdopted;

    /// <summary>Whether the run has all of them.</summary>
    internal bool AreHeld => _areHeld;

    /// <summary>Whether they were lent and not taken back.</summary>
    internal bool AreLent => _lease is { IsHeld: false };

    /// <summary>The slots, for another process that executes the run's body; null when there are none that others know of.</summary>
    internal SharedClaim? Shared => _lease?.Shared;

    /// <summary>
    /// The run, which this process executes for another, has its slots already: it lends them and takes them back as any other, and
    /// the runs inside it find them held.
    /// </summary>
    internal void Adopt(SharedClaim slots)
    {
        _lease = services.Limits.Adopt(slots);
        _areHeld = _isAdopted = _lease is not null;
    }

    /// <summary>Asks for them, unless that was done. Returns whether they are held.</summary>
    internal bool TryTake()
    {
        _lease ??= RequestUncovered();
        return _areHeld;
    }

    /// <summary>Whether the run itself holds a slot of a limit, and has not lent it.</summary>
    internal bool Holds(string limit) => _lease is { IsHeld: true } && run.Policy.Limits.Contains(limit, StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives the slots to others while the run waits in the middle of its body.</summary>
    internal void Lend() => _lease?.Lend();

    /// <summary>Takes them back, waiting for them; not when the run is stopped meanwhile, or the attempt that lent them has been given up.</summary>
    internal void Reclaim(int attempt)
    {
        if (_lease is not { } lease || run.Attempt != attempt || run.StopRequest is not null)
        {
            return;
        }

        if (_isShared && !run.Policy.Limits.All(limit => IsCovered(limit) || Holds(limit)))
        {
            // The runs around it lent what it shared with them. It asks for all that it needs at once: a run that holds some and waits
            // for others might wait for ever.
            lease.Dispose();
            _isShared = false;
            Await(attempt, back => (_lease = services.Limits.Request(run.Policy.Limits, back)).IsGranted);
        }
        else
        {
            Await(attempt, lease.Reclaim);
        }
    }

    /// <summary>
    /// The process was lost that executed the body, which begins again: the slots are this process's again, or are waited for as those that were lent. They may not have been
    /// waited for before, if the body was under way.
    /// </summary>
    internal void Regain(int attempt)
    {
        if (_lease is not { } lease)
        {
            return;
        }

        if (_areHeld)
        {
            Await(attempt, lease.Regain);
        }
        else
        {
            WaitUntil(() => _areHeld, attempt);
        }
    }

    /// <summary>Asks for slots, and waits until they are there.</summary>
    private void Await(int attempt, Func<Action, bool> ask)
    {
        bool areBack = false;
        if (!ask(() =>
        {
            areBack = true;
            WakeReclaim();
        }))
        {
            WaitUntil(() => areBack, attempt);
        }
    }

    private void WaitUntil(Func<bool> areBack, int attempt)
    {
        lock (_gate)
        {
            while (!areBack() && run.StopRequest is null && run.Attempt == attempt)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>The run was stopped: a body that waits for its slots waits no longer.</summary>
    internal void WakeReclaim()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Only what the body has started is at work now, and may need them. Those of another process are lent: that process returns them.</summary>
    internal void Leave()
    {
        if (_isAdopted)
        {
            Lend();
        }
        else
        {
            Release();
        }
    }

    /// <summary>Returns them to the limits. May be called again.</summary>
    internal void Release() => Interlocked.Exchange(ref _lease, null)?.Dispose();

    private LimitLease RequestUncovered()
    {
        string[] covered = [.. run.Policy.Limits.Where(IsCovered)];
        LimitLease lease = Request([.. run.Policy.Limits.Except(covered)]);
        _isShared = covered.Length > 0;
        if (_isShared && !lease.IsGranted)
        {
            // The runs that hold the rest lend it for as long as this one waits: then it needs slots of its own.
            lease.Dispose();
            _isShared = false;
            lease = Request(run.Policy.Limits);
        }

        return lease;
    }

    private LimitLease Request(IReadOnlyList<string> limits)
    {
        _areHeld = false;
        LimitLease lease = services.Limits.Request(limits, () =>
        {
            _areHeld = true;
            WakeReclaim();
            granted();
        });
        if (lease.IsGranted)
        {
            // Only then: the callback may have come already, and must not be undone.
            _areHeld = true;
        }

        return lease;
    }

    /// <summary>Whether a run on whose thread this one runs holds the limit: it does nothing else meanwhile, so its slot is this run's too.</summary>
    private bool IsCovered(string limit)
    {
        for (FlowRun inner = run; inner is { IsInline: true, Parent: { } parent }; inner = parent)
        {
            if (parent.Driver?.Slots?.Holds(limit) == true)
            {
                return true;
            }
        }

        return false;
    }
}
