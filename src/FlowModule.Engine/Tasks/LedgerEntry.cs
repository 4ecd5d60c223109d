namespace FlowModule.Engine.Tasks;

/// <summary>One start of a run, in this process or an earlier one.</summary>
internal sealed class LedgerEntry
{
    private readonly bool _remembers;
    private readonly IStoredRun? _stored;
    private IStoredRun? _unclaimed;
    private FlowState? _completed;
    private RunLedger? _children;

    /// <param name="stored">The matching start of an earlier process; null if there is none.</param>
    /// <param name="remembers">Whether a later attempt may start it again.</param>
    internal LedgerEntry(IStoredRun? stored, bool remembers)
    {
        _stored = _unclaimed = stored;
        _remembers = remembers;
        _completed = stored is { IsCompleted: true } ? stored.Recall() : null;
        Result = _completed?.Result;
    }

    /// <summary>The state in which it completed; null if it has not.</summary>
    internal FlowState? Completed => Volatile.Read(ref _completed);

    /// <summary>A private copy of the result with which it completed.</summary>
    internal object? Result { get; private set; }

    /// <summary>The traits that distinguish it from others; null if they are not needed.</summary>
    internal StartTraits? Traits { get; init; }

    /// <summary>The last attempt that started it.</summary>
    internal int Attempt { get; set; }

    /// <summary>Why it takes over nothing although there was an earlier start with its name; null otherwise.</summary>
    internal string? WhyAgain { get; set; }

    /// <summary>Its own starts.</summary>
    internal RunLedger Children => ChildrenFor(isRetried: true)!;

    /// <summary>The run of an earlier process that the next run continues; returned once, because a later attempt starts a new run.</summary>
    internal IStoredRun? Claim() => Interlocked.Exchange(ref _unclaimed, null);

    /// <summary>Its own starts; null if none of them will be needed again.</summary>
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

    /// <summary>Records its completion. A later attempt that only repeats the result changes nothing: the result remains that of the run which did the work.</summary>
    internal void Complete(FlowState state)
    {
        if (_remembers && _completed is null)
        {
            Result = state.Run.Flow.CopyOf(state.Result);
            Volatile.Write(ref _completed, state);
        }
    }

    /// <summary>It is started again: its own starts are compared with the earlier ones.</summary>
    internal void NextAttempt(int attempt)
    {
        (Attempt, WhyAgain) = (attempt, null);
        Volatile.Read(ref _children)?.NextAttempt();
    }
}
