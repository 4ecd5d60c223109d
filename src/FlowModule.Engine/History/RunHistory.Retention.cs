using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <content>What becomes of old runs: in small pieces, between which others write.</content>
internal sealed partial class RunHistory
{
    /// <summary>How many runs are looked up at once to be removed.</summary>
    private const int RetentionBatch = 100;

    /// <summary>How long others are let in between two pieces: those that wait for another process look again after some time only.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    /// <summary>The same where nobody waits for the removal, and runs go on meanwhile.</summary>
    private static readonly TimeSpan LongBreath = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a process asks whether runs have to be looked for that the settings let go.</summary>
    private static readonly TimeSpan PruneEach = TimeSpan.FromHours(1);

    private long? _askedToPruneAt;

    /// <summary>What is kept of runs that are over.</summary>
    /// <exception cref="HistoryException">The history cannot be read or written.</exception>
    internal RetentionSettings Retention
    {
        get => Change(static store => store.Retention.Settings);
        set
        {
            Change(store => store.Retention.Settings = value);
            _askedForLogSizeAt = null;
        }
    }

    /// <summary>How much there is.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal HistoryStatistics Statistics() => Change(static store => store.Retention.Statistics());

    /// <summary>Removes runs with all inside of them, and gives how many those were. Where one of them is not over, all stay.</summary>
    /// <param name="runs">The runs; those that there are not any more do not matter.</param>
    /// <param name="cancellationToken">Stops between two pieces; what is removed by then stays so.</param>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal int Delete(IReadOnlyList<Guid> runs, CancellationToken cancellationToken = default)
    {
        int removed = 0;
        foreach (Guid run in runs)
        {
            removed += DeleteTree(run, Breath, cancellationToken);
        }

        CleanUp(removed, Breath, cancellationToken);
        return removed;
    }

    /// <summary>Removes the runs that the settings let go, with all inside of them, and gives how many those were.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal int Prune(CancellationToken cancellationToken = default) => Prune(Breath, cancellationToken);

    /// <summary>Sees that the history is whole. One that is not is set aside, and a new one begun.</summary>
    /// <exception cref="HistoryException">It is damaged, or cannot be read.</exception>
    internal void CheckWhole() => Read(static store =>
    {
        store.CheckWhole();
        return true;
    });

    /// <summary>Once a day one of the processes that record runs here removes what the settings let go.</summary>
    private void PruneIfDue()
    {
        if (!IsDue(_askedToPruneAt, PruneEach))
        {
            return;
        }

        _askedToPruneAt = _time.GetTimestamp();
        if (_pump is null)
        {
            PruneForAll();
        }
        else
        {
            // It may take its time, and the history's thread has to answer others meanwhile.
            new Thread(PruneForAll) { IsBackground = true, Name = "FlowModule history: old runs" }.Start();
        }
    }

    private void PruneForAll()
    {
        try
        {
            if (Change(store => store.Retention.TryClaimPruning(_time.GetUtcNow())))
            {
                CheckWhole();
                Prune(LongBreath, CancellationToken.None);
                if (!IsStopping(CancellationToken.None))
                {
                    Change(store => store.Retention.CompletePruning(_time.GetUtcNow()));
                }
            }
        }
        catch (HistoryException)
        {
            // Those who write say what is wrong. Another process takes it up, or this one does in an hour.
        }
    }

    private int Prune(TimeSpan breath, CancellationToken cancellationToken)
    {
        RetentionSettings settings = Retention;
        int removed = 0;
        Guid? last = null;
        while (!IsStopping(cancellationToken)
            && Change(store => store.Retention.FindExpired(settings, last, RetentionBatch)) is { Count: > 0 } expired)
        {
            // On from there: a run that has to stay is met once.
            last = expired[^1];
            foreach (Guid run in expired)
            {
                removed += DeleteTree(run, breath, cancellationToken);
            }
        }

        if (settings.KeepDays is { } days && days < (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays)
        {
            Change(store => store.Schedules.RemoveOld(_time.GetUtcNow().AddDays(-days)));
        }

        CleanUp(removed, breath, cancellationToken);
        return removed;
    }

    private int DeleteTree(Guid run, TimeSpan breath, CancellationToken cancellationToken)
    {
        if (IsStopping(cancellationToken))
        {
            return 0;
        }

        // The innermost first: what is left when it stops on the way is a smaller tree, not runs that nobody finds.
        IReadOnlyList<Guid> tree = Change(store => store.Retention.FindTree(run));
        int done = 0, removed = 0;
        while (done < tree.Count && !IsStopping(cancellationToken))
        {
            (int Done, int Removed) piece = Change(store => store.Retention.Remove(tree, done));
            done += piece.Done;
            removed += piece.Removed;
            cancellationToken.WaitHandle.WaitOne(breath);
        }

        return removed;
    }

    private void CleanUp(int removed, TimeSpan breath, CancellationToken cancellationToken)
    {
        if (removed == 0)
        {
            return;
        }

        Change(static store => store.Retention.RemoveUnused());
        while (!IsStopping(cancellationToken) && Change(static store => store.Retention.Shrink()))
        {
            cancellationToken.WaitHandle.WaitOne(breath);
        }
    }

    private bool IsStopping(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested || Volatile.Read(ref _isDisposed);
}
