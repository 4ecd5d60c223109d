namespace FlowModule.Engine.Tasks;

/// <summary>One thing that a run has started, in this process or an earlier one.</summary>
internal sealed class LedgerEntry
{
    private readonly bool _remembers;
    private readonly IStoredRun? _stored;
    private IStoredRun? _unclaimed;
    private FlowState? _completed;
    private RunLedger? _children;

    /// <param name="stored">What an earlier process had started here; null for nothing.</param>
    /// <param name="remembers">Whether it may be started again in a later attempt.</param>
    internal LedgerEntry(IStoredRun? stored, bool remembers)
    {
        _stored = _unclaimed = stored;
        _remembers = remembers;
        _completed = stored is { IsCompleted: true } ? stored.Recall() : null;
        Result = _completed?.Result;
    }

    /// <summary>The state it completed in; null when it has not.</summary>
    internal FlowState? Completed => Volatile.Read(ref _completed);

    /// <summary>The result that it completed with, as it was then: nobody else has it.</summary>
    internal object? Result { get; private set; }

    /// <summary>By what it can be told from others; null when that need not be known.</summary>
    internal StartTraits? Traits { get; init; }

    /// <summary>The last attempt that has started it.</summary>
    internal int Attempt { get; set; }

    /// <summary>Why it takes over nothing, though something of its name was there; null when it does, or nothing was.</summary>
    internal string? WhyAgain { get; set; }

    /// <summary>What it has started itself.</summary>
    internal RunLedger Children => ChildrenFor(isRetried: true)!;

    /// <summary>The run of an earlier process that the next run is; given once, for a later attempt starts a run of its own.</summary>
    internal IStoredRun? Claim() => Interlocked.Exchange(ref _unclaimed, null);

    /// <summary>What it has started itself; null when none of it will be asked for.</summary>
    /// <param name="isRetried">Whether its run may have several attempts.</param>
    internal RunLedger? ChildrenFor(bool isRetried)
    {
        if (_stored is null && !_remembers && !isRetried)
        {
            return null;
        }

        return LazyInitializer.EnsureInitialized(
            ref _children, () => new RunLedger(_stored is null ? null : new StoredRuns(_stored.Children), _remembers || isRetried));
    }

    /// <summary>It completed. What only repeats that in a later attempt changes nothing: the result stays that of the run which did the work.</summary>
    internal void Complete(FlowState state)
    {
        if (_remembers && _completed is null)
        {
            Result = state.Run.Flow.CopyOf(state.Result);
            Volatile.Write(ref _completed, state);
        }
    }

    /// <summary>It is started again: what is inside of it is compared with what was there before.</summary>
    internal void NextAttempt(int attempt)
    {
        (Attempt, WhyAgain) = (attempt, null);
        Volatile.Read(ref _children)?.NextAttempt();
    }
}
