using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Ticks as rows: what a store that has such rows gives to the engine's rules, within one transaction. Members throw <see cref="HistoryException"/>.</summary>
internal interface ITickRows
{
    /// <summary>Returns a flow's ticks that wait or run and those of given times, in the order in which they were claimed.</summary>
    IReadOnlyList<TickRow> Find(string name, IReadOnlyList<DateTimeOffset> times);

    /// <summary>Adds a tick of this process, and returns its number. Each tick of a flow exists only once.</summary>
    long Add(TickRow tick);

    /// <summary>Changes an open tick. Returns false if it is over.</summary>
    bool Change(TickRow tick);

    /// <summary>Removes a tick that is open.</summary>
    void Remove(long id);

    /// <summary>Asks the process that executes a tick to stop it.</summary>
    void AskToStop(long id, string reason);
}
