using FlowModule.Engine.Limits;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <content>The slots of the run's limits: waited for, held, lent, and shared with the runs inside.</content>
internal sealed partial class RunDriver
{
    private LimitLease? _lease;
    private volatile bool _slotsAreHeld;
    private bool _sharesSlots;

    /// <summary>The run's slots, for another process that executes its body; null when it has none that others know of.</summary>
    internal SharedClaim? SharedSlots => _lease?.Shared;

    /// <summary>
    /// The run, which this process executes for another, has its slots already: it lends them and takes them back as any other, and
    /// those inside of it find them held.
    /// </summary>
    internal void Adopt(SharedClaim slots)
    {
        _lease = _services.Limits.Adopt(slots);
        _slotsAreHeld = _lease is not null;
    }

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

        _run.EnterWaiting(StateNames.AwaitingConcurrencySlot, $"Waits for a slot of {string.Join(", ", _run.Policy.Limits)}.");
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
}
