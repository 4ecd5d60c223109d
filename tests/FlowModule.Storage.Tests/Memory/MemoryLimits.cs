using System.Collections.Immutable;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>The rows of limits.</summary>
internal sealed class MemoryLimits(MemoryStore store) : ILimitStore, ILimitRows
{
    private const long BeforeAllNew = long.MinValue / 2;

    private ImmutableSortedDictionary<long, MemoryClaim> Claims
    {
        get => store.Tables.Claims;
        set => store.Tables = store.Tables with { Claims = value };
    }

    private long Now => (store.Database.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public LimitOutcome Do(IReadOnlyList<LimitCommand> commands) => store.Change(() => new LimitRules(this, Now).Do(commands));

    LimitUse? ILimitStore.Find(string name) => Find(name) is { } limit ? new LimitUse(limit, Held(limit.Id), Waiting(limit.Id).Count()) : null;

    public LimitRow? Find(string name) => store.Tables.Limits.Values.FirstOrDefault(limit => limit.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public IReadOnlyList<LimitRow> All() => [.. store.Tables.Limits.Values];

    public LimitRow Set(string name, int? maxConcurrency, int? perSecond) => store.Change(() =>
    {
        if (name is null)
        {
            throw new HistoryException(HistoryFault.Unavailable, "A limit has a name.");
        }

        LimitRow limit = (Find(name) ?? new LimitRow(store.NextNumber(), name, null, null)) with { MaxConcurrency = maxConcurrency, PerSecond = perSecond };
        store.Tables = store.Tables with { Limits = store.Tables.Limits.SetItem(limit.Id, limit) };
        return limit;
    });

    public IReadOnlyList<long> Remove(long limit) => store.Change(() =>
    {
        long[] waiting = [.. Waiting(limit)];
        Claims = Claims.SetItems(Claims.Where(claim => claim.Value.Limits.Contains(limit)).Select(
            claim => KeyValuePair.Create(claim.Key, claim.Value with { Limits = claim.Value.Limits.Remove(limit) })));
        ForgetGrants(limit);
        store.Tables = store.Tables with { Limits = store.Tables.Limits.Remove(limit) };
        return waiting;
    });

    public bool HasRoom(long limit, int maxConcurrency) => Held(limit) < maxConcurrency;

    public long? Head(long limit) => Waiting(limit).Cast<long?>().FirstOrDefault();

    public long Add(LimitClaimState state, IReadOnlyList<LimitRow> limits) => store.Change(() =>
    {
        long number = store.NextNumber();
        Claims = Claims.Add(number, new MemoryClaim(store.Process, state, [.. limits.Select(limit => limit.Id)], TurnFor(state), HasNotice: false));
        return number;
    });

    public LimitClaimRow? Claim(long claim) => Claims.TryGetValue(claim, out MemoryClaim? found)
        ? new LimitClaimRow(claim, found.Process == store.Process, found.State, [.. found.Limits.Select(limit => store.Tables.Limits[limit])])
        : null;

    public void Change(long claim, LimitClaimState state) => Change(claim, found => found with { State = state, HasNotice = false, Turn = TurnFor(state) });

    public void Own(long claim) => Change(claim, found => found with { Process = store.Process });

    public void Notify(long claim) => Change(claim, found => found with { HasNotice = true });

    public void Delete(long claim) => store.Change(() => Claims = Claims.Remove(claim));

    public IReadOnlyList<long> TakeNotices() => store.Change(() =>
    {
        long[] noticed = [.. Claims.Where(claim => claim.Value.HasNotice && claim.Value.Process == store.Process).Select(claim => claim.Key)];
        Array.ForEach(noticed, claim => Change(claim, found => found with { HasNotice = false }));
        return noticed;
    });

    public IReadOnlyList<long> Others() => [.. Claims.Values.Select(claim => claim.Process).Where(process => process != store.Process).Distinct()];

    public IReadOnlyList<long> ClaimsOf(long process) => [.. Claims.Where(claim => claim.Value.Process == process).Select(claim => claim.Key)];

    public IReadOnlyList<LimitHolder> Holders(long limit) =>
    [
        .. Claims.Where(claim => claim.Value.Limits.Contains(limit))
            .OrderByDescending(claim => claim.Value.State == LimitClaimState.Held).ThenBy(claim => claim.Value.Turn ?? long.MinValue)
            .Select(claim => new LimitHolder(claim.Key, claim.Value.Process, claim.Value.State)),
    ];

    public (int Count, long First) Grants(long limit, long now) => store.Change(() =>
    {
        ImmutableList<(long Limit, long Time)> grants = store.Tables.Grants
            .ConvertAll(grant => grant.Limit == limit && grant.Time > now ? (Limit: limit, Time: now) : grant)
            .RemoveAll(grant => grant.Limit == limit && grant.Time <= now - LimitRules.Second);
        store.Tables = store.Tables with { Grants = grants };
        long[] own = [.. grants.Where(grant => grant.Limit == limit).Select(grant => grant.Time)];
        return (own.Length, own.DefaultIfEmpty().Min());
    });

    public void AddGrant(long limit, long now) => store.Change(() => store.Tables = store.Tables with { Grants = store.Tables.Grants.Add((limit, now)) });

    public void ForgetGrants(long limit) => store.Change(
        () => store.Tables = store.Tables with { Grants = store.Tables.Grants.RemoveAll(grant => grant.Limit == limit) });

    private int Held(long limit) => Claims.Values.Count(claim => claim.State == LimitClaimState.Held && claim.Limits.Contains(limit));

    private IEnumerable<long> Waiting(long limit) =>
        Claims.Where(claim => claim.Value.Turn is not null && claim.Value.Limits.Contains(limit)).OrderBy(claim => claim.Value.Turn).Select(claim => claim.Key);

    private long? TurnFor(LimitClaimState state) => state switch
    {
        LimitClaimState.Waiting => store.NextNumber(),
        LimitClaimState.Reclaiming => BeforeAllNew + store.NextNumber(),
        _ => null,
    };

    private void Change(long claim, Func<MemoryClaim, MemoryClaim> change) => store.Change(() =>
    {
        if (Claims.TryGetValue(claim, out MemoryClaim? found))
        {
            MemoryClaim changed = change(found);
            Claims = Claims.SetItem(claim, changed);
        }
    });
}
