using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// The limits that processes share, who holds their slots, and who waits for them. Each member is one step, which others see whole or not at all:
/// a store across a network needs one call for it. A store that has <see cref="ILimitRows"/> need know no rules. Members throw
/// <see cref="HistoryException"/>.
/// </summary>
internal interface ILimitStore
{
    /// <summary>A limit with how many hold its slots and wait for one; null when there is no such limit.</summary>
    LimitUse? Find(string name);

    IReadOnlyList<LimitRow> All();

    /// <summary>The claims that hold a slot of a limit, and behind them those that wait for one in their order.</summary>
    IReadOnlyList<LimitHolder> Holders(long limit);

    /// <summary>The other processes that have claims.</summary>
    IReadOnlyList<long> Others();

    /// <summary>
    /// Does what commands say, one after another, and grants whatever can be granted because of it, whosever it is; the owner in another process finds word
    /// of it. All or nothing, while no other process changes anything. The time is the store's.
    /// </summary>
    LimitOutcome Do(IReadOnlyList<LimitCommand> commands);
}
