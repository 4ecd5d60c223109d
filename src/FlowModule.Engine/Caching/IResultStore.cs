using FlowModule.Engine.History;

namespace FlowModule.Engine.Caching;

/// <summary>
/// Where a <see cref="ResultCache"/> has its results, and which keys other processes compute. Not thread-safe: the cache calls it
/// under its lock.
/// </summary>
internal interface IResultStore
{
    /// <summary>How many results this process has in memory.</summary>
    int Count { get; }

    bool TryGet(string key, out object? value);

    /// <summary>What can be done with a result before <see cref="Set"/>, and not under the lock: it may take time, or call code of the user's.</summary>
    EncodedValue Encode(object? value);

    /// <summary>Keeps the result of a key that was claimed, and ends the claim.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The result.</param>
    /// <param name="encoded">What <see cref="Encode"/> made of it.</param>
    /// <param name="expiration">How long it is good for. Zero or less: only for those who wait now. Null: until it makes room for others.</param>
    void Set(string key, object? value, EncodedValue encoded, TimeSpan? expiration);

    /// <summary>Tries to be the one who computes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="refresh">Whether a result that is there will not do.</param>
    /// <param name="seen">If another process computes it: what tells a result that comes later from the one that is there.</param>
    /// <param name="value">The result, if one has come meanwhile.</param>
    ResultClaim Claim(string key, bool refresh, out long seen, out object? value);

    /// <summary>Ends a claim without a result.</summary>
    void Unclaim(string key);

    /// <summary>Whether another process may have ended a computation since this was last asked. Cheap.</summary>
    bool HasChanged();

    /// <summary>What has become of a key that another process computed. Nothing is claimed by this.</summary>
    /// <param name="key">The key.</param>
    /// <param name="seen">What <see cref="Claim"/> gave.</param>
    /// <param name="checksProcess">Whether to look if that process still lives.</param>
    /// <param name="value">The result, if there is one.</param>
    ResultClaim Look(string key, long seen, bool checksProcess, out object? value);

    /// <summary>Whether other processes could not be told yet that a claim has ended.</summary>
    bool IsBehind { get; }

    /// <summary>Tells them, if that can be done now.</summary>
    void CatchUp();

    /// <summary>Forgets what has expired.</summary>
    void RemoveExpired();

    /// <summary>The keys that there are results of, as texts for people.</summary>
    IReadOnlyList<string> Keys();

    /// <summary>Removes the results of keys, by those texts.</summary>
    void Remove(ICollection<string> keys);
}

internal enum ResultClaim
{
    /// <summary>Nobody else computes the key.</summary>
    Free,

    /// <summary>Another process does.</summary>
    Elsewhere,

    /// <summary>There is a result.</summary>
    Found,
}
