using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>The processes that record runs in a history. The time of what they do is the store's. Members throw <see cref="HistoryException"/>.</summary>
internal interface IProcessStore
{
    /// <summary>Registers this process, or renews its registration; rows written from now on belong to it. Returns its number.</summary>
    long Register(ProcessIdentity identity);

    /// <summary>Records a heartbeat of this process. Returns false if another process has declared it dead.</summary>
    bool Beat();

    /// <summary>Records that this process ends in order, or removes it if it has recorded nothing.</summary>
    void End(bool hasRecorded);

    /// <summary>Returns the other processes that have not ended, or that ended and left unfinished runs.</summary>
    IReadOnlyList<ProcessRecord> Open();

    /// <summary>Returns a process by its number, or null.</summary>
    ProcessRecord? Find(long number);

    /// <summary>Returns the process that executes a run, or null if there is no such run.</summary>
    ProcessRecord? Of(Guid run);

    /// <summary>Records that a person stops a process, and why: its runs then become Cancelled, not Crashed. Null withdraws the record.</summary>
    void NoteKill(long number, string? reason);

    /// <summary>
    /// Ends all runs of a dead process, or none if the process has changed since it was read. Each run is ended once, even if several processes
    /// try. Returns the runs that this call ended.
    /// </summary>
    /// <param name="process">The process as it was read.</param>
    /// <param name="type">The final state type of the runs.</param>
    /// <param name="describe">Returns the reason, given the last heartbeat.</param>
    IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe);

    /// <summary>Returns one of the remaining hooks of crashed runs, or null. Each hook is returned once.</summary>
    CrashHook? TakeHook();
}
