namespace FlowModule.Engine.Caching;

/// <summary>What a caller got from a cache: the result, the duty to compute it, or a place in the line. All members may be called on any thread.</summary>
internal sealed class CacheTicket : IDisposable
{
    private readonly IResultCache _cache;
    private readonly Action? _wake;
    private volatile bool _isOver;

    internal CacheTicket(IResultCache cache, string key, CacheTicketKind kind, object? value = null, Action? wake = null)
    {
        _cache = cache;
        _wake = wake;
        Key = key;
        Kind = kind;
        Value = value;
        _isOver = kind == CacheTicketKind.Hit;
    }

    internal string Key { get; }

    /// <summary>What the caller got. It never changes: one that has waited enters again and gets another ticket.</summary>
    internal CacheTicketKind Kind { get; }

    /// <summary>The result, which may be null, if it is a hit.</summary>
    internal object? Value { get; }

    /// <summary>Whether there is nothing left to do with it. Set by the cache.</summary>
    internal bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>The result that came while it waited. Set by the cache.</summary>
    internal CacheOutcome? Outcome { get; set; }

    /// <summary>Where it waits in the cache's line, or null. Set by the cache.</summary>
    internal LinkedListNode<CacheTicket>? Place { get; set; }

    /// <summary>Ends an owner's duty: stores the result, and gives it to those who wait. Only the first end counts; nothing happens on other tickets.</summary>
    /// <param name="value">The result, which may be null.</param>
    /// <param name="expiration">How long the result is good for. Zero or less: only for those who wait now. Null: until it makes room for others.</param>
    internal void Complete(object? value, TimeSpan? expiration)
    {
        if (Kind == CacheTicketKind.Owner)
        {
            _cache.Complete(this, value, expiration);
        }
    }

    /// <summary>
    /// Ends an owner's duty without a result, so that one of those who wait takes it over; or leaves the line. May be repeated. A wake
    /// that another thread was just about to make may still come.
    /// </summary>
    internal void Abandon() => _cache.Abandon(this);

    /// <summary>As <see cref="Abandon"/>.</summary>
    public void Dispose() => Abandon();

    /// <summary>Calls the one who waits, unless it has gone.</summary>
    internal void Wake()
    {
        if (!IsOver)
        {
            _wake?.Invoke();
        }
    }
}

/// <summary>A result that a ticket waited for. Wrapped, because it may be null.</summary>
internal sealed record CacheOutcome(object? Value);

internal enum CacheTicketKind
{
    /// <summary>The result is there.</summary>
    Hit,

    /// <summary>The caller is the one to compute it, and must say how that ended.</summary>
    Owner,

    /// <summary>Another computes it. The caller is woken when to enter again.</summary>
    Waiting,
}
