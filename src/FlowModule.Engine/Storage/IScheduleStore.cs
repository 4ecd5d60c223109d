using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// The ticks of scheduled flows and their outcomes. Each member is one step, which others see whole or not at all: a store across a network needs one call
/// for it. A store that has <see cref="ITickRows"/> need know no rules. Names ignore case. Times of the store are by its own clock. Members throw
/// <see cref="HistoryException"/>.
/// </summary>
internal interface IScheduleStore
{
    /// <summary>Returns the ticks that wait or run, in the order in which they were claimed.</summary>
    /// <param name="name">The flow; null for all flows.</param>
    IReadOnlyList<SupervisedTick> Open(string? name = null);

    /// <summary>Returns a flow's last ticks, newest first.</summary>
    IReadOnlyList<SupervisedTick> Last(string name, int count);

    /// <summary>Returns the names of all flows with ticks, in alphabetical order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>Returns the time of a flow's last tick that is over, or null. Manual ticks do not count.</summary>
    DateTimeOffset? LastEnded(string name);

    /// <summary>
    /// Claims ticks for this process, as the flow's rules say, and asks others to stop if they say so. Ends the flow's crashed ticks, and makes place for the
    /// claimed ones among its free ticks. Returns what became of each tick; the first answer has the crashed ticks that this call ended.
    /// </summary>
    IReadOnlyList<TickClaim> Claim(TickRequest request);

    /// <summary>Records a tick that is over, unless there is one of its time. It makes up for the free ticks up to its time.</summary>
    void Record(TickRow tick, IReadOnlyList<LostTick> lost);

    /// <summary>Ends the crashed ones of lost ticks. Returns those that this call ended: each is ended once, even if several processes try.</summary>
    IReadOnlyList<TickRow> End(IReadOnlyList<LostTick> lost);

    /// <summary>Stores the progress or the end of an open tick. Returns false if the tick is over because another process has declared this one dead.</summary>
    bool Change(TickRow tick);

    /// <summary>Gives up this process's claim on a tick that has not started.</summary>
    void Release(long id);

    /// <summary>Returns the stop requests to this process that are still open.</summary>
    IReadOnlyList<(long Id, string Reason)> Stops();

    /// <summary>Removes ticks that ended longer ago than this, except the last of each flow: missed ticks are counted from there.</summary>
    void RemoveOld(TimeSpan age);
}
