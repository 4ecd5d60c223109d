using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Cached results and the claims to compute them, as rows: what a store that has such rows gives to the engine's rules, within one transaction. Members
/// throw <see cref="HistoryException"/>.
/// </summary>
internal interface IResultRows
{
    /// <summary>Returns what there is for a key, without the text of the result that the caller has.</summary>
    ResultState Look(byte[] key, long known);

    /// <summary>Adds the result of a key that has none. Returns its number, which is never used again.</summary>
    long Add(byte[] key, NewResult result);

    /// <summary>Removes results and claims.</summary>
    void Remove(IReadOnlyList<byte[]> keys, IReadOnlyList<long> claims);

    /// <summary>Removes results that expired so long ago, and then the least recently used ones until the rest fits into the given number of bytes.</summary>
    void MakeRoom(TimeSpan expiredFor, long bytes);

    /// <summary>Returns the key and the description of each result.</summary>
    IReadOnlyList<(byte[] Key, string About)> Keys();

    /// <summary>Makes this process compute a key, and replaces an earlier claim. Returns the claim's number, which is never used again.</summary>
    long Claim(byte[] key, bool isClaimed);
}
