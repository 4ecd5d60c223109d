using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>The processes that record runs in a history. Members throw <see cref="HistoryException"/>.</summary>
internal interface IProcessStore
{
    /// <summary>Notes this process, or that it goes on; from now on what is written is its. Gives its number.</summary>
    long Register(ProcessIdentity identity, DateTimeOffset now);

    /// <summary>Notes that this process lives. False when someone has taken it for dead.</summary>
    bool Beat(DateTimeOffset now);

    /// <summary>Notes that this process ends in order; or forgets it, when it has recorded nothing.</summary>
    void End(DateTimeOffset now, bool hasRecorded);

    /// <summary>The other processes that have not ended, or have ended and left runs that are not over.</summary>
    IReadOnlyList<ProcessRecord> Open();

    /// <summary>A process by its number, or null.</summary>
    ProcessRecord? Find(long number);

    /// <summary>The process that executes a run, or null when there is no such run.</summary>
    ProcessRecord? Of(Guid run);

    /// <summary>Notes that a person has a process ended, and why: its runs then are Cancelled, not Crashed. With null, that it was not.</summary>
    void NoteKill(long number, string? reason);

    /// <summary>
    /// Ends the runs of a process that is gone, if it still stands as it was seen: all of them or none, and each once, whoever
    /// else does the same. Gives those that were ended by this.
    /// </summary>
    /// <param name="process">The process as it was seen.</param>
    /// <param name="type">What the runs come to.</param>
    /// <param name="describe">Says why, given the last sign of life.</param>
    IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe);

    /// <summary>Takes one of the hooks that are left of runs that have crashed, or null: each is given once.</summary>
    CrashHook? TakeHook();
}
