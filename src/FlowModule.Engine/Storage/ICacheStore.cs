using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Cached results that processes share, and the claims to compute them. Each member is one step, which others see whole or not at all: a store across a
/// network needs one call for it. A store that has <see cref="IResultRows"/> need know no rules. The time is the store's. Members throw
/// <see cref="HistoryException"/>.
/// </summary>
internal interface ICacheStore
{
    /// <summary>Returns what there is for a key. It claims nothing, and does not count as a use.</summary>
    /// <param name="key">The key.</param>
    /// <param name="known">The number of the result that the caller has: its text is not read. Zero if it has none.</param>
    ResultState Look(byte[] key, long known);

    /// <summary>Returns the description of each result.</summary>
    IReadOnlyList<string> All();

    /// <summary>
    /// Makes this process compute a key, unless there is a valid result, or another process computes it. Returns the claim, or the claimant, or else only the
    /// result; with each the result that there was, valid or not.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="refresh">Whether to ignore a valid result.</param>
    /// <param name="known">As for <see cref="Look"/>.</param>
    /// <param name="dead">A claimant that is known to be dead: its claim is taken over. Null if none is known.</param>
    ResultState Claim(byte[] key, bool refresh, long known, long? dead = null);

    /// <summary>
    /// Ends a claim, and removes an earlier result of its key. Stores the new result and returns its number; zero if it is null, because it cannot be stored.
    /// Makes room for it: by expired results, and then by the least recently used ones.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="claim">The claim; zero if there is none.</param>
    /// <param name="result">The result.</param>
    /// <param name="bytes">How much room there is for all results.</param>
    long Publish(byte[] key, long claim, NewResult? result, long bytes);

    /// <summary>Ends claims without a result.</summary>
    void Fail(IReadOnlyList<long> claims);

    /// <summary>Records that a result was used.</summary>
    void Use(long number);

    /// <summary>Removes the results with given descriptions.</summary>
    void Remove(IReadOnlyCollection<string> about);
}
