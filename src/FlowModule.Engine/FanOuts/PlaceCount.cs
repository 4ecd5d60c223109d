namespace FlowModule.Engine.FanOuts;

/// <summary>The places of the runs that a fan-out executes at once. Used under the fan-out's lock.</summary>
/// <param name="gate">The lock.</param>
/// <param name="limit">How many places there are.</param>
internal sealed class PlaceCount(object gate, int limit)
{
    private int _taken;
    private int _reclaiming;

    /// <summary>How many places are free. None while a run waits to get its place back: it comes before all others.</summary>
    internal int Free => _reclaiming == 0 ? Math.Max(0, limit - _taken) : 0;

    /// <summary>Gives the run a place, unless it has one.</summary>
    internal void Take(FlowRun run)
    {
        if (!run.HoldsPlace)
        {
            run.HoldsPlace = true;
            _taken++;
        }
    }

    /// <summary>Releases the run's place, if it has one.</summary>
    internal void Release(FlowRun run)
    {
        if (run.HoldsPlace)
        {
            run.HoldsPlace = false;
            _taken--;
            WakeReclaiming();
        }
    }

    /// <summary>Takes the run's place again, and waits for it, leaving the lock meanwhile; until the run no longer wants it.</summary>
    internal void Reclaim(FlowRun run, Func<bool> isWanted)
    {
        _reclaiming++;
        while (isWanted() && _taken >= limit)
        {
            Monitor.Wait(gate);
        }

        _reclaiming--;
        if (isWanted())
        {
            Take(run);
        }
    }

    /// <summary>Wakes the runs that wait to get their places back. Only they wait on the lock.</summary>
    internal void WakeReclaiming()
    {
        if (_reclaiming > 0)
        {
            Monitor.PulseAll(gate);
        }
    }
}
