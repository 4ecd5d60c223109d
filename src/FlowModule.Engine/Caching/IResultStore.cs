using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Caching;

/// <summary>
/// The storage of a <see cref="ResultCache"/>, which also knows the keys that other processes compute. Not thread-safe: the cache calls it
/// under its lock.
/// </summary>
internal interface IResultStore
{
    /// <summary>How many results this process has in memory.</summary>
    int Count { get; }

    bool TryGet(string key, out object? value);

    /// <summary>Whether there is a result. It does not count as a use.</summary>
    bool Has(string key);

    /// <summary>Prepares a result for <see cref="Set"/>, outside of the lock: it may take time, or call the user's code.</summary>
    EncodedValue Encode(object? value);

    /// <summary>Stores the result of a claimed key, and ends the claim.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The result.</param>
    /// <param name="encoded">The output of <see cref="Encode"/>.</param>
    /// <param name="expiration">How long it is valid. Zero or less: only for those who wait now. Null: until the space is needed.</param>
    void Set(string key, object? value, EncodedValue encoded, TimeSpan? expiration);

    /// <summary>Tries to claim a key, to compute its result.</summary>
    /// <param name="key">The key.</param>
    /// <param name="refresh">Whether to ignore a stored result.</param>
    /// <param name="seen">If another process computes it: a value that distinguishes a later result from the current one.</param>
    /// <param name="value">The result, if one has arrived in the meantime.</param>
    ResultClaim Claim(string key, bool refresh, out long seen, out object? value);

    /// <summary>Ends a claim without a result.</summary>
    void Unclaim(string key);

    /// <summary>Has something called soon after another process may have ended a computation, until the result is disposed.</summary>
    IDisposable? Watch(Action changed);

    /// <summary>The outcome of a key that another process computed. Claims nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="seen">The value from <see cref="Claim"/>.</param>
    /// <param name="checksProcess">Whether to check that the process is still alive.</param>
    /// <param name="value">The result, if there is one.</param>
    ResultClaim Look(string key, long seen, bool checksProcess, out object? value);

    /// <summary>Whether the end of a claim is not yet visible to other processes.</summary>
    bool IsBehind { get; }

    /// <summary>Makes it visible, if that is possible now.</summary>
    void CatchUp();

    /// <summary>Removes expired results.</summary>
    void RemoveExpired();

    /// <summary>The keys of the stored results, as readable texts.</summary>
    IReadOnlyList<string> Keys();

    /// <summary>Removes the results with the given key texts.</summary>
    void Remove(ICollection<string> keys);
}

internal enum ResultClaim
{
    /// <summary>No other process computes the key.</summary>
    Free,

    /// <summary>Another process computes the key.</summary>
    Elsewhere,

    /// <summary>There is a result.</summary>
    Found,
}
