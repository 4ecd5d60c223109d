using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Limits, and who holds their slots or waits for them, as rows that processes share. It knows no rules: those are the
/// limit desk's. What changes something is called within <see cref="InTransaction"/>. Members throw <see cref="HistoryException"/>.
/// </summary>
internal interface ILimitStore
{
    /// <summary>Does something that other processes see whole or not at all, while none of them changes anything.</summary>
    void InTransaction(Action action);

    LimitRow? Find(string name);

    IReadOnlyList<LimitRow> All();

    /// <summary>Makes a limit or changes it.</summary>
    LimitRow Set(string name, int? maxConcurrency, int? perSecond);

    /// <summary>Removes a limit and all slots of it. Gives the claims that waited for it, in their order.</summary>
    IReadOnlyList<long> Remove(long limit);

    /// <summary>How many claims hold a slot of a limit, and how many wait for one.</summary>
    (int Active, int Waiting) Count(long limit);

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

    /// <summary>The other processes that have claims.</summary>
    IReadOnlyList<long> Others();

    /// <summary>The claims of a process.</summary>
    IReadOnlyList<long> ClaimsOf(long process);

    /// <summary>How many grants of a limit a second has seen up to now, and when the first of them was. Forgets the earlier ones.</summary>
    (int Count, long First) Grants(long limit, long now);

    void AddGrant(long limit, long now);

    void ForgetGrants(long limit);
}
