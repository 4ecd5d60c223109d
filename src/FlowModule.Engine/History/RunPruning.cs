using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>What becomes of old runs: in small pieces, between which others write.</summary>
/// <param name="history">The history.</param>
/// <param name="hasThread">Whether what nobody waits for is done on a thread of its own.</param>
internal sealed class RunPruning(RunHistory history, bool hasThread)
{
    /// <summary>How many runs to remove are looked up at once.</summary>
    private const int BatchSize = 100;

    /// <summary>The pause between two pieces in which others can write. A waiting process only polls, so the pause must not be too short.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause when nobody waits for the removal and runs are active.</summary>
    private static readonly TimeSpan LongBreath = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a process asks whether pruning is due.</summary>
    private static readonly TimeSpan PruneEach = TimeSpan.FromHours(1);

    private long? _askedAt;

    /// <summary>Removes runs with their descendants, and returns the number of removed runs. A tree with an unfinished run stays.</summary>
    internal int Delete(IReadOnlyList<Guid> runs, CancellationToken cancellationToken)
    {
        int removed = 0;
        foreach (Guid run in runs)
        {
            removed += DeleteTree(run, Breath, cancellationToken);
        }

        CleanUp(removed, Breath, cancellationToken);
        return removed;
    }

    /// <summary>Removes expired runs with their descendants, and returns the number of removed runs.</summary>
    internal int Prune(CancellationToken cancellationToken) => Prune(Breath, cancellationToken);

    /// <summary>Once a day, one of the processes that record runs here prunes the history.</summary>
    internal void PruneIfDue()
    {
        if (!history.Time.IsDue(_askedAt, PruneEach))
        {
            return;
        }

        _askedAt = history.Time.GetTimestamp();
        if (!hasThread)
        {
            PruneForAll();
        }
        else
        {
            // Pruning may take long, and the history's thread must stay responsive.
            new Thread(PruneForAll) { IsBackground = true, Name = "FlowModule history: old runs" }.Start();
        }
    }

    private void PruneForAll()
    {
        try
        {
            if (history.Change(store => store.Retention.TryClaimPruning()))
            {
                history.CheckWhole();
                Prune(LongBreath, CancellationToken.None);
                if (!IsStopping(CancellationToken.None))
                {
                    history.Change(store => store.Retention.CompletePruning());
                }
            }
        }
        catch (HistoryException)
        {
            // Writers report the error. Another process tries again, or this one does in an hour.
        }
    }

    private int Prune(TimeSpan breath, CancellationToken cancellationToken)
    {
        RetentionSettings settings = history.Retention;
        int removed = 0;
        Guid? last = null;
        while (!IsStopping(cancellationToken)
            && history.Change(store => store.Retention.FindExpired(settings, last, BatchSize)) is { Count: > 0 } expired)
        {
            // Continue after the last run, so that a run that has to stay is visited only once.
            last = expired[^1];
            foreach (Guid run in expired)
            {
                removed += DeleteTree(run, breath, cancellationToken);
            }
        }

        if (settings.KeepDays is { } days && days < (history.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays)
        {
            history.Change(store => store.Schedules.RemoveOld(TimeSpan.FromDays(days)));
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

        // Innermost first: if it stops midway, the remaining runs are still a tree that can be found.
        IReadOnlyList<Guid> tree = history.Change(store => store.Retention.FindTree(run));
        int done = 0, removed = 0;
        while (done < tree.Count && !IsStopping(cancellationToken))
        {
            (int Done, int Removed) piece = history.Change(store => store.Retention.Remove(tree, done));
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

        history.Change(static store => store.Retention.RemoveUnused());
        while (!IsStopping(cancellationToken) && history.Change(static store => store.File?.Shrink() == true))
        {
            cancellationToken.WaitHandle.WaitOne(breath);
        }
    }

    private bool IsStopping(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested || history.IsClosed;
}
