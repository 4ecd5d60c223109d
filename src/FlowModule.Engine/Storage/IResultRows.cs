using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Cached results and the claims to compute them, as rows that processes share. Members that change rows are called within
/// <see cref="InTransaction"/>. Members throw <see cref="HistoryException"/>. Times are microseconds of the wall clock.
/// </summary>
internal interface IResultRows
{
    /// <summary>Runs an action as a transaction: other processes see all of its changes or none, and change nothing meanwhile.</summary>
    void InTransaction(Action action);

    ResultRow? Find(byte[] key);

    /// <summary>Returns an encoded result; null if the result is null or was removed.</summary>
    string? Text(long number);

    /// <summary>Stores a result and replaces an earlier one. Returns its number, which is never used again.</summary>
    long Add(byte[] key, string about, string? text, long? expires, long now);

    void Delete(byte[] key);

    /// <summary>Records that a result was used.</summary>
    void Touch(long number, long now);

    /// <summary>Removes expired results, and then the least recently used ones until the rest fits into the given number of bytes.</summary>
    void MakeRoom(long expired, long bytes);

    /// <summary>Returns the key and the description of each result.</summary>
    IReadOnlyList<(byte[] Key, string About)> All();

    /// <summary>Returns the process that computes a key, or null.</summary>
    long? Claimant(byte[] key);

    /// <summary>Makes this process compute a key and replaces an earlier claim. Returns the claim's number, which is never used again.</summary>
    long Claim(byte[] key);

    void Unclaim(long claim);
}
