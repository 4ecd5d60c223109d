using FlowModule.Engine.Limits;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs;

/// <content>The slots of the run's limits: waited for, held, lent, and shared with the runs inside.</content>
internal sealed partial class RunDriver
{
    private LimitLease? _lease;
    private volatile bool _slotsAreHeld;
    private bool _sharesSlots;

    /// <summary>The run's shared slots, for another process that executes its body; null if it has none.</summary>
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

    /// <summary>Waits for the lent slots; not if the run is stopped meanwhile, or the attempt that lent them was abandoned.</summary>
    internal void ReclaimSlots(int attempt)
    {
        if (_lease is not { } lease || _run.Attempt != attempt || _run.StopRequest is not null)
        {
            return;
        }

        bool back = false;
        if (_sharesSlots && !_run.Policy.Limits.All(limit => IsCovered(limit) || Holds(limit)))
        {
            // The outer runs lent the slots that they share with it. It requests all of its slots at once, because a run that holds some and
            // waits for others might wait forever.
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

    /// <summary>Whether an outer run on the same thread holds the limit. It waits meanwhile, so its slot covers this run.</summary>
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
