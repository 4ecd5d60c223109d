namespace FlowModule.Engine.Caching;

/// <summary>
/// Results by key, each computed by one caller at a time. An implementation may keep them beyond the process, and may then
/// let a caller wait for what it does not know at once.
/// </summary>
/// <remarks>
/// A caller that enters either gets the result, or must compute it, or waits. One that was woken enters again with the ticket
/// on which it waited, or disposes it; with neither, those behind it wait for ever. Callbacks are made outside of any lock,
/// on any thread; they must be quick, must not throw and must not wait.
/// </remarks>
internal interface IResultCache
{
    /// <summary>Asks for the result of a key.</summary>
    /// <param name="key">What the result depends on.</param>
    /// <param name="refresh">Whether a result that is stored will not do. One whose computation ends while the caller waits will.</param>
    /// <param name="wake">Called once if the ticket is one that waits, when it is worthwhile to enter again.</param>
    /// <param name="waited">
    /// The ticket on which the caller waited before, if it did. It tells that a result which came meanwhile is the caller's, even
    /// with <paramref name="refresh"/> and even if it has expired since, and it keeps the caller's place in the line.
    /// </param>
    CacheTicket Enter(string key, bool refresh, Action wake, CacheTicket? waited = null);

    /// <summary>The owner of a computation has its result.</summary>
    void Complete(CacheTicket ticket, object? value, TimeSpan? expiration);

    /// <summary>The owner has no result, or one that waits does so no more.</summary>
    void Abandon(CacheTicket ticket);

    /// <summary>The keys of the results that are kept, as texts for people.</summary>
    IReadOnlyList<string> Keys();

    /// <summary>Forgets the results of keys, by those texts. What is being computed is kept all the same.</summary>
    void Remove(ICollection<string> keys);
}
