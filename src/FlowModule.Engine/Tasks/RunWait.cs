namespace FlowModule.Engine.Tasks;

/// <summary>
/// A body waits for something: for as long as it does, its run gives its place and its slots to those who can use them, so that what
/// it waits for can run whatever the limits are.
/// </summary>
/// <remarks>
/// Slots come before places, here as at a run's start: no run waits for a slot while it holds a place. And of runs that execute on the
/// thread of another, each takes its own slots back, when its own body goes on: no run waits for slots while one inside of it holds
/// others. Else two could wait for each other.
/// </remarks>
internal sealed class RunWait : IDisposable
{
    private readonly FlowRun _run;
    private readonly IReadOnlyList<FlowRun> _targets;
    private readonly bool _bodyGoesOn;
    private readonly List<(FlowRun Run, int Attempt)> _lenders = [];

    private RunWait(FlowRun run, IReadOnlyList<FlowRun> targets, bool bodyGoesOn)
    {
        _run = run;
        _targets = run.Family.WaitsFor;
        _bodyGoesOn = bodyGoesOn;
        run.Family.WaitsFor = targets;

        // Runs that execute on the thread of another wait together with it.
        for (FlowRun? lender = run; lender is not null; lender = lender.IsInline ? lender.Parent : null)
        {
            _lenders.Add((lender, lender.Attempt));
            lender.Driver?.Slots?.Lend();
            if (lender.Family.Waits++ == 0)
            {
                lender.Place?.Lend(lender);
            }
        }
    }

    /// <summary>Begins a wait.</summary>
    /// <param name="run">The run whose body waits; null when no run does.</param>
    /// <param name="targets">What it waits for.</param>
    internal static RunWait? Begin(FlowRun? run, IReadOnlyList<FlowRun> targets) => run is null ? null : new RunWait(run, targets, bodyGoesOn: true);

    /// <summary>
    /// Begins a wait of a run that is about to execute on the thread of another. The body of the other does not go on after
    /// the wait, but when <see cref="GoOn"/> is called.
    /// </summary>
    internal static RunWait? BeginInside(FlowRun? run) => run is null ? null : new RunWait(run, [], bodyGoesOn: false);

    /// <summary>Called when code on the run's thread has ended: the run's body continues, and takes back the slots that were lent.</summary>
    internal static void GoOn(FlowRun? run)
    {
        if (run?.Driver is { HasLentSlots: true })
        {
            Begin(run, [])!.Dispose();
        }
    }

    public void Dispose()
    {
        _run.Family.WaitsFor = _targets;

        // Within another wait, that one takes back what they share.
        if (_bodyGoesOn && _run.Family.Waits == 1)
        {
            _run.Driver?.Slots?.Reclaim(_lenders[0].Attempt);
        }

        foreach ((FlowRun lender, int attempt) in _lenders)
        {
            if (--lender.Family.Waits == 0)
            {
                lender.Place?.Reclaim(lender, attempt);
            }
        }
    }
}
