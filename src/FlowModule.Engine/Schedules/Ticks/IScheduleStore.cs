using FlowModule.Engine.History;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The times of scheduled flows, and what became of them. Members throw <see cref="HistoryException"/>. Names are the same in any case.</summary>
internal interface IScheduleStore
{
    /// <summary>Does something in one transaction, waiting for those of others.</summary>
    void InTransaction(Action action);

    /// <summary>A flow's time, or null when nobody has taken it.</summary>
    TickRow? Find(string name, DateTimeOffset time);

    TickRow? Find(long id);

    /// <summary>The times of a flow that wait or run, in the order in which they were taken.</summary>
    IReadOnlyList<TickRow> Open(string name);

    /// <summary>The times of all flows that wait or run, in the order in which they were taken.</summary>
    IReadOnlyList<TickRow> Open();

    /// <summary>The last times of a flow, the newest first.</summary>
    IReadOnlyList<TickRow> Last(string name, int count);

    /// <summary>The names of all flows that there are times of, in alphabetical order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>The last time of a flow's schedules before another that is known, or null.</summary>
    DateTimeOffset? LastTime(string name, DateTimeOffset before);

    /// <summary>Adds a time that this process sees to, and gives its number. There is only one of each time of a flow.</summary>
    long Add(TickRow tick);

    /// <summary>Writes what has become of a time that is not over. False when it is: another process has taken this one for dead.</summary>
    bool Change(TickRow tick);

    /// <summary>Has a time be nobody's that is this process's and has not begun.</summary>
    void Release(long id);

    /// <summary>Removes a time that has not begun.</summary>
    void Remove(long id);

    /// <summary>Asks the process that sees to a time to stop it.</summary>
    void AskToStop(long id, string reason);

    /// <summary>What this process is asked to stop and has not.</summary>
    IReadOnlyList<(long Id, string Reason)> Stops();

    /// <summary>Whether another process has written since the last call. Cheap.</summary>
    bool HasChanged();

    /// <summary>Removes times that were over before, but for the last of each flow: what was missed is counted from there.</summary>
    void RemoveOld(DateTimeOffset before);
}
