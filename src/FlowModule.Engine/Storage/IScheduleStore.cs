using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>The ticks of scheduled flows and their outcomes. Members throw <see cref="HistoryException"/>. Names ignore case.</summary>
internal interface IScheduleStore
{
    /// <summary>Runs an action in one transaction, and waits for the transactions of others.</summary>
    void InTransaction(Action action);

    /// <summary>Returns a tick, or null if no process has claimed it.</summary>
    TickRow? Find(string name, DateTimeOffset time);

    TickRow? Find(long id);

    /// <summary>Returns a flow's ticks that wait or run, in the order in which they were claimed.</summary>
    IReadOnlyList<TickRow> Open(string name);

    /// <summary>Returns all flows' ticks that wait or run, in the order in which they were claimed.</summary>
    IReadOnlyList<TickRow> Open();

    /// <summary>Returns a flow's last ticks, newest first.</summary>
    IReadOnlyList<TickRow> Last(string name, int count);

    /// <summary>Returns the names of all flows with ticks, in alphabetical order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>Returns the time of a flow's last known tick before a time, or null.</summary>
    DateTimeOffset? LastTime(string name, DateTimeOffset before);

    /// <summary>Claims a tick for this process and returns its number. Each tick of a flow exists only once.</summary>
    long Add(TickRow tick);

    /// <summary>Stores the progress of an open tick. Returns false if the tick is over because another process has declared this one dead.</summary>
    bool Change(TickRow tick);

    /// <summary>Gives up this process's claim on a tick that has not started.</summary>
    void Release(long id);

    /// <summary>Removes a tick that has not started.</summary>
    void Remove(long id);

    /// <summary>Asks the process that executes a tick to stop it.</summary>
    void AskToStop(long id, string reason);

    /// <summary>Returns the stop requests to this process that are still open.</summary>
    IReadOnlyList<(long Id, string Reason)> Stops();

    /// <summary>Removes ticks that ended before a time, except the last of each flow: missed ticks are counted from there.</summary>
    void RemoveOld(DateTimeOffset before);
}
