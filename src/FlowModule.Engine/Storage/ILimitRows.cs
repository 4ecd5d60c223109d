using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Limits, and who holds their slots or waits for them, as rows: what a store that has such rows gives to the engine's rules (the limit desk), within
/// one transaction. Members throw <see cref="HistoryException"/>.
/// </summary>
internal interface ILimitRows
{
    LimitRow? Find(string name);

    IReadOnlyList<LimitRow> All();

    /// <summary>Creates or changes a limit.</summary>
    LimitRow Set(string name, int? maxConcurrency, int? perSecond);

    /// <summary>Removes a limit and its slots. Returns the claims that waited for it, in order.</summary>
    IReadOnlyList<long> Remove(long limit);

    /// <summary>Whether fewer claims than the maximum hold a slot of a limit.</summary>
    bool HasRoom(long limit, int maxConcurrency);

    /// <summary>Returns the next claim in a limit's queue, or null.</summary>
    long? Head(long limit);

    /// <summary>Adds a claim of this process. Returns its number, which is never used again.</summary>
    long Add(LimitClaimState state, IReadOnlyList<LimitRow> limits);

    /// <summary>Returns a claim with its remaining limits; null if the claim was removed.</summary>
    LimitClaimRow? Claim(long claim);

    /// <summary>Changes a claim's state. A waiting claim goes to the end of its queues, a reclaiming one before all new claims.</summary>
    void Change(long claim, LimitClaimState state);

    /// <summary>Makes this process the owner of a claim.</summary>
    void Own(long claim);

    /// <summary>Leaves a notice for a claim's process that the claim was granted.</summary>
    void Notify(long claim);

    void Delete(long claim);

    /// <summary>Removes and returns the claims of this process that others have granted.</summary>
    IReadOnlyList<long> TakeNotices();

    /// <summary>Returns the claims of a process.</summary>
    IReadOnlyList<long> ClaimsOf(long process);

    /// <summary>Returns the number of grants of a limit within the last second, and the time of the first. Removes older ones.</summary>
    (int Count, long First) Grants(long limit, long now);

    void AddGrant(long limit, long now);

    void ForgetGrants(long limit);
}
