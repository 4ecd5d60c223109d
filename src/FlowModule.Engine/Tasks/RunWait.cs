namespace FlowModule.Engine;

/// <summary>
/// A body waits for something: for as long as it does, its run gives its place and its slots to those who can use them, so that what
/// it waits for can run whatever the limits are.
/// </summary>
internal sealed class RunWait : IDisposable
{
    private readonly FlowRun _run;
    private readonly List<FlowRun> _lenders = [];

    private RunWait(FlowRun run, IReadOnlyList<FlowRun> targets)
    {
        _run = run;
        run.WaitsFor = targets;

        // Runs that execute on the thread of another wait together with it.
        for (FlowRun? lender = run; lender is not null; lender = lender.IsInline ? lender.Parent : null)
        {
            _lenders.Add(lender);
            lender.Driver?.LendSlots();
            lender.Place?.Lend(lender);
        }
    }

    /// <summary>Begins a wait.</summary>
    /// <param name="run">The run whose body waits; null when no run does.</param>
    /// <param name="targets">What it waits for.</param>
    internal static RunWait? Begin(FlowRun? run, IReadOnlyList<FlowRun> targets) => run is null ? null : new RunWait(run, targets);

    public void Dispose()
    {
        _run.WaitsFor = [];
        foreach (FlowRun lender in _lenders)
        {
            lender.Place?.Reclaim(lender);
            lender.Driver?.ReclaimSlots();
        }
    }
}
