namespace FlowModule.Engine;

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
    }

    /// <summary>The state it completed in; null when it has not.</summary>
    internal FlowState? Completed => Volatile.Read(ref _completed);

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

    internal void Complete(FlowState state)
    {
        if (_remembers)
        {
            Volatile.Write(ref _completed, state);
        }
    }

    /// <summary>It is started again: what is inside of it is compared with what was there before.</summary>
    internal void NextAttempt() => Volatile.Read(ref _children)?.NextAttempt();
}
