namespace FlowModule.Engine.Tasks;

/// <summary>Detects waits that could never end.</summary>
internal static class WaitGraph
{
    /// <summary>
    /// Whether a run that waited for others would wait for itself: one of them, or what those wait for in turn, is the run or one that
    /// can end only after it.
    /// </summary>
    /// <param name="waiter">The run that is about to wait; null for none, which nothing waits for.</param>
    /// <param name="targets">What it would wait for.</param>
    internal static bool WouldNeverEnd(FlowRun? waiter, IEnumerable<FlowRun> targets)
    {
        var blocked = new HashSet<FlowRun>();
        bool isAwaited = false;
        for (FlowRun? run = waiter; run is not null; run = run.Parent)
        {
            blocked.Add(run);
            isAwaited |= run.Family.HasWaiters;
        }

        // As a rule nobody waits for the waiter, and then only waiting for itself is of no end. Chains of thousands are not walked each time.
        if (!isAwaited)
        {
            return targets.Any(blocked.Contains);
        }

        var open = new Stack<FlowRun>(targets);
        var seen = new HashSet<FlowRun>();
        while (open.TryPop(out FlowRun? run))
        {
            if (blocked.Contains(run))
            {
                return true;
            }

            if (!run.IsOver && seen.Add(run))
            {
                foreach (FlowRun next in (run.Dependencies?.Runs ?? []).Concat(run.Family.WaitsFor).Concat(run.CurrentAttempt.OpenChildren()))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }
}
