using FlowModule.Engine.Caching;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Cached results, and who computes them.</summary>
internal sealed class MemoryResults(MemoryStore store) : ICacheStore, IResultRows
{
    private CacheRules Rules => new(this);

    private DateTimeOffset Now => store.Database.Time.GetUtcNow();

    public ResultState Look(byte[] key, long known) => new(
        Numbered(key) is { Value: { } found } entry
            ? new ResultRow(entry.Key, found.Expires - Now, Now - found.Used, entry.Key == known ? null : found.Text)
            : null,
        store.Tables.ResultClaims.TryGetValue(TextOf(key), out (long Number, long Process) claim) ? claim.Process : null);

    public IReadOnlyList<string> All() => [.. Keys().Select(result => result.About).Order(StringComparer.Ordinal)];

    public ResultState Claim(byte[] key, bool refresh, long known, long? dead = null) => store.Change(() => Rules.Claim(key, refresh, known, dead));

    public long Publish(byte[] key, long claim, NewResult? result, long bytes) => store.Change(() => Rules.Publish(key, claim, result, bytes));

    public void Fail(IReadOnlyList<long> claims) => Remove([], claims);

    public void Use(long number) => store.Change(() =>
    {
        if (store.Tables.Results.TryGetValue(number, out MemoryResult? found))
        {
            store.Tables = store.Tables with { Results = store.Tables.Results.SetItem(number, found with { Used = Now }) };
        }
    });

    public void Remove(IReadOnlyCollection<string> about) => store.Change(() => Rules.Remove(about));

    public long Add(byte[] key, NewResult result) => store.Change(() =>
    {
        if (result.About is null)
        {
            throw new HistoryException(HistoryFault.Unavailable, "A result has a description.");
        }

        long number = store.NextNumber();
        DateTimeOffset? expires = result.Expiration is { } expiration ? Now + (expiration > TimeSpan.Zero ? expiration : TimeSpan.Zero) : null;
        store.Tables = store.Tables with { Results = store.Tables.Results.Add(number, new MemoryResult(key, result.About, result.Text, expires, Now)) };
        return number;
    });

    public void Remove(IReadOnlyList<byte[]> keys, IReadOnlyList<long> claims) => store.Change(() => store.Tables = store.Tables with
    {
        Results = store.Tables.Results.RemoveRange(keys.Select(key => Numbered(key).Key)),
        ResultClaims = store.Tables.ResultClaims.RemoveRange(store.Tables.ResultClaims.Where(known => claims.Contains(known.Value.Number)).Select(known => known.Key)),
    });

    public void MakeRoom(TimeSpan expiredFor, long bytes) => store.Change(() =>
    {
        var left = store.Tables.Results.RemoveRange(store.Tables.Results.Where(result => result.Value.Expires <= Now - expiredFor).Select(result => result.Key));
        while (!left.IsEmpty && left.Values.Sum(result => result.Size) > bytes)
        {
            left = left.Remove(left.OrderBy(result => result.Value.Used).ThenBy(result => result.Key).First().Key);
        }

        store.Tables = store.Tables with { Results = left };
    });

    public IReadOnlyList<(byte[] Key, string About)> Keys() => [.. store.Tables.Results.Values.Select(result => (result.Key, result.About))];

    public long Claim(byte[] key, bool isClaimed) => store.Change(() =>
    {
        long number = store.NextNumber();
        store.Tables = store.Tables with { ResultClaims = store.Tables.ResultClaims.SetItem(TextOf(key), (number, store.Process)) };
        return number;
    });

    private static string TextOf(byte[] key) => Convert.ToHexString(key);

    private KeyValuePair<long, MemoryResult> Numbered(byte[] key) => store.Tables.Results.FirstOrDefault(result => result.Value.Key.AsSpan().SequenceEqual(key));
}
