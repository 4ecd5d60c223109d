namespace FlowModule.Engine.Caching;

/// <summary>A caller's place at a cache: it has the result, must compute it, or waits. All members may be called on any thread.</summary>
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

    /// <summary>The kind of the ticket. It never changes: a caller that has waited enters again and gets another ticket.</summary>
    internal CacheTicketKind Kind { get; }

    /// <summary>The result of a hit, which may be null.</summary>
    internal object? Value { get; }

    /// <summary>Whether the ticket has ended. Set by the cache.</summary>
    internal bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>The result that arrived while it waited. Set by the cache.</summary>
    internal CacheOutcome? Outcome { get; set; }

    /// <summary>Its place in the cache's queue, or null. Set by the cache.</summary>
    internal LinkedListNode<CacheTicket>? Place { get; set; }

    /// <summary>Ends an owner's duty: stores the result, and passes it to the waiting callers. Only the first call has an effect; other kinds of tickets ignore it.</summary>
    /// <param name="value">The result, which may be null.</param>
    /// <param name="expiration">How long the result is valid. Zero or less: only for those who wait now. Null: until the space is needed.</param>
    internal void Complete(object? value, TimeSpan? expiration)
    {
        if (Kind == CacheTicketKind.Owner)
        {
            _cache.Complete(this, value, expiration);
        }
    }

    /// <summary>
    /// Ends an owner's duty without a result, so that a waiting caller takes over; or leaves the queue. May be called again. A wake-up
    /// that another thread is about to send may still arrive.
    /// </summary>
    internal void Abandon() => _cache.Abandon(this);

    /// <summary>As <see cref="Abandon"/>.</summary>
    public void Dispose() => Abandon();

    /// <summary>Wakes the waiting caller, unless it has left.</summary>
    internal void Wake()
    {
        if (!IsOver)
        {
            _wake?.Invoke();
        }
    }
}

/// <summary>A result that a ticket waited for. A wrapper, because the result may be null.</summary>
internal sealed record CacheOutcome(object? Value);

internal enum CacheTicketKind
{
    /// <summary>The result is there.</summary>
    Hit,

    /// <summary>The caller must compute the result and report the end.</summary>
    Owner,

    /// <summary>Another caller computes it. This one is woken when it should enter again.</summary>
    Waiting,
}
