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

    /// <summary>Makes a limit or changes it.</summary>
    LimitRow Set(string name, int? maxConcurrency, int? perSecond);

    /// <summary>Removes a limit and all slots of it. Gives the claims that waited for it, in their order.</summary>
    IReadOnlyList<long> Remove(long limit);

    /// <summary>Whether fewer than so many hold a slot of a limit.</summary>
    bool HasRoom(long limit, int maxConcurrency);

    /// <summary>The claim that is next in a limit's line, or null.</summary>
    long? Head(long limit);

    /// <summary>Adds a claim of this process, and gives its number, which no other ever has.</summary>
    long Add(LimitClaimState state, IReadOnlyList<LimitRow> limits);

    /// <summary>A claim with those of its limits that still are; null when it is gone.</summary>
    LimitClaimRow? Claim(long claim);

    /// <summary>Changes what becomes of a claim. One that waits is put at the end of its lines, or before the new ones if it reclaims.</summary>
    void Change(long claim, LimitClaimState state);

    /// <summary>Makes a claim one of this process.</summary>
    void Own(long claim);

    /// <summary>Leaves word for the process of a claim that it was granted.</summary>
    void Notify(long claim);

    void Delete(long claim);

    /// <summary>The claims of this process that others have granted since this was last asked.</summary>
    IReadOnlyList<long> TakeNotices();

    /// <summary>The claims of a process.</summary>
    IReadOnlyList<long> ClaimsOf(long process);

    /// <summary>How many grants of a limit a second has seen up to now, and when the first of them was. Forgets the earlier ones.</summary>
    (int Count, long First) Grants(long limit, long now);

    void AddGrant(long limit, long now);

    void ForgetGrants(long limit);
}
