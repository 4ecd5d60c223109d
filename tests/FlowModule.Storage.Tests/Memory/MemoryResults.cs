using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Cached results, and who computes them.</summary>
internal sealed class MemoryResults(MemoryStore store) : IResultRows
{
    public void InTransaction(Action action) => store.Change(action);

    public ResultRow? Find(byte[] key) => Numbered(key) is { Value: { } found } entry ? new ResultRow(entry.Key, found.Expires, found.Used) : null;

    public string? Text(long number) => store.Tables.Results.GetValueOrDefault(number)?.Text;

    public long Add(byte[] key, string about, string? text, long? expires, long now) => store.Change(() =>
    {
        long number = store.NextNumber();
        store.Tables = store.Tables with { Results = store.Tables.Results.Add(number, new MemoryResult(key, about, text, expires, now)) };
        return number;
    });

    public void Delete(byte[] key) => store.Change(() => store.Tables = store.Tables with { Results = store.Tables.Results.Remove(Numbered(key).Key) });

    public void Touch(long number, long now) => store.Change(() =>
    {
        if (store.Tables.Results.TryGetValue(number, out MemoryResult? found))
        {
            store.Tables = store.Tables with { Results = store.Tables.Results.SetItem(number, found with { Used = now }) };
        }
    });

    public void MakeRoom(long expired, long bytes) => store.Change(() =>
    {
        var left = store.Tables.Results.RemoveRange(store.Tables.Results.Where(result => result.Value.Expires <= expired).Select(result => result.Key));
        while (!left.IsEmpty && left.Values.Sum(result => result.Size) > bytes)
        {
            left = left.Remove(left.OrderBy(result => result.Value.Used).ThenBy(result => result.Key).First().Key);
        }

        store.Tables = store.Tables with { Results = left };
    });

    public IReadOnlyList<(byte[] Key, string About)> All() =>
        [.. store.Tables.Results.Values.OrderBy(result => result.About, StringComparer.Ordinal).Select(result => (result.Key, result.About))];

    public long? Claimant(byte[] key) => store.Tables.ResultClaims.TryGetValue(TextOf(key), out (long Number, long Process) claim) ? claim.Process : null;

    public long Claim(byte[] key) => store.Change(() =>
    {
        long number = store.NextNumber();
        store.Tables = store.Tables with { ResultClaims = store.Tables.ResultClaims.SetItem(TextOf(key), (number, store.Process)) };
        return number;
    });

    public void Unclaim(long claim) => store.Change(() => store.Tables = store.Tables with
    {
        ResultClaims = store.Tables.ResultClaims.RemoveRange(store.Tables.ResultClaims.Where(known => known.Value.Number == claim).Select(known => known.Key)),
    });

    private static string TextOf(byte[] key) => Convert.ToHexString(key);

    private KeyValuePair<long, MemoryResult> Numbered(byte[] key) => store.Tables.Results.FirstOrDefault(result => result.Value.Key.AsSpan().SequenceEqual(key));
}
