using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Removes runs that are over. Each member does one small piece, so that nobody who writes is held up for long; the history
/// puts them together. Members throw <see cref="HistoryException"/>.
/// </summary>
internal interface IRetentionStore
{
    /// <summary>The retention settings; the default until they are set.</summary>
    RetentionSettings Settings { get; set; }

    /// <summary>Returns the oldest expired runs that have no parent and no unfinished descendants.</summary>
    /// <param name="settings">The retention settings.</param>
    /// <param name="after">Only runs created after this one; null for all.</param>
    /// <param name="limit">The largest number of runs to return.</param>
    IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit);

    /// <summary>Returns a run and its descendants, innermost first; nothing if one of them is unfinished or the run does not exist.</summary>
    IReadOnlyList<Guid> FindTree(Guid run);

    /// <summary>Removes runs, as many as fit into a short transaction. Returns how many it has processed and how many of these it has removed.</summary>
    (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start);

    /// <summary>Removes lines from the middle of a run's log, and puts a note in their place.</summary>
    void LeaveOut(Guid run, LogCut cut, string note);

    /// <summary>Removes rows that no run needs any more.</summary>
    void RemoveUnused();

    /// <summary>Returns true to the one process that is to prune now. For a while, all other callers get false.</summary>
    bool TryClaimPruning();

    /// <summary>Records that the next pruning is due tomorrow.</summary>
    void CompletePruning();

    /// <summary>Returns the size of the history.</summary>
    HistoryStatistics Statistics();
}
