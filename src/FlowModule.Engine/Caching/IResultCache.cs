namespace FlowModule.Engine.Caching;

/// <summary>
/// Results by key, each computed by one caller at a time. An implementation may keep them beyond the process, and may then
/// let a caller wait while it looks them up.
/// </summary>
/// <remarks>
/// A caller that enters gets the result, must compute it, or waits. A woken caller enters again with the ticket
/// on which it waited, or disposes it; if it does neither, those behind it wait forever. Callbacks are made outside of any lock,
/// on any thread; they must be quick, must not throw and must not wait.
/// </remarks>
internal interface IResultCache
{
    /// <summary>Requests the result of a key.</summary>
    /// <param name="key">What the result depends on.</param>
    /// <param name="refresh">Whether to ignore a stored result. A result that is computed while the caller waits is accepted.</param>
    /// <param name="wake">Called once if the ticket waits, when the caller should enter again.</param>
    /// <param name="waited">
    /// The ticket on which the caller waited before, if any. It entitles the caller to a result that arrived in the meantime, even
    /// with <paramref name="refresh"/> and even if it has expired since, and it keeps the caller's place in the queue.
    /// </param>
    CacheTicket Enter(string key, bool refresh, Action wake, CacheTicket? waited = null);

    /// <summary>Whether a key has a result now. It claims nothing, and does not count as a use.</summary>
    bool Has(string key);

    /// <summary>The owner of a computation has the result.</summary>
    void Complete(CacheTicket ticket, object? value, TimeSpan? expiration);

    /// <summary>The owner has no result, or a waiting caller leaves.</summary>
    void Abandon(CacheTicket ticket);

    /// <summary>The keys of the stored results, as readable texts.</summary>
    IReadOnlyList<string> Keys();

    /// <summary>Removes the results of keys, by those texts. A result that is being computed is still stored afterwards.</summary>
    void Remove(ICollection<string> keys);
}
