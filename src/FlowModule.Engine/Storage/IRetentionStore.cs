using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Removes runs that are over. Each member does one small piece, so that nobody who writes is held up for long; the history
/// puts them together. Members throw <see cref="HistoryException"/>.
/// </summary>
internal interface IRetentionStore
{
    /// <summary>What is kept: the default until it is set.</summary>
    RetentionSettings Settings { get; set; }

    /// <summary>The oldest runs in no other run that the settings let go, and all in which is over.</summary>
    /// <param name="settings">What is to be kept.</param>
    /// <param name="after">Only runs made after this one; null for all.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit);

    /// <summary>A run and all inside of it, the innermost first; nothing when one of them is not over, or there is no such run.</summary>
    IReadOnlyList<Guid> FindTree(Guid run);

    /// <summary>Removes the first of some runs, as many as a short transaction can: gives how many it is done with, and how many of those it has removed.</summary>
    (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start);

    /// <summary>Leaves lines out of the middle of a run's log, with a note in their place.</summary>
    void LeaveOut(Guid run, LogCut cut, string note);

    /// <summary>Removes what no run needs any more.</summary>
    void RemoveUnused();

    /// <summary>Whether it is this process that has to look for runs to let go, now: of all that ask within a while one is told so.</summary>
    bool TryClaimPruning(DateTimeOffset now);

    /// <summary>Says that no runs have to be looked for until the next day.</summary>
    void CompletePruning(DateTimeOffset now);

    /// <summary>How much there is.</summary>
    HistoryStatistics Statistics();
}
