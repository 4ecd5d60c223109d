namespace FlowModule.Engine;

/// <summary>The results of one process, in memory.</summary>
internal sealed class ResultCache : IResultCache
{
    /// <summary>How many results are kept, unless said otherwise.</summary>
    internal const int DefaultCapacity = 10_000;

    private readonly object _gate = new();
    private readonly ResultStore _stored;
    private readonly Dictionary<string, Computation> _computations = [];

    internal ResultCache(TimeProvider time, int capacity = DefaultCapacity) => _stored = new ResultStore(time, capacity, RemoveExpired);

    /// <summary>How many results are kept now.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _stored.Count;
            }
        }
    }

    /// <summary>How many keys are being computed now.</summary>
    internal int Computing
    {
        get
        {
            lock (_gate)
            {
                return _computations.Count;
            }
        }
    }

    /// <inheritdoc/>
    public CacheTicket Enter(string key, bool refresh, Action wake, CacheTicket? waited = null)
    {
        List<Action>? calls = null;
        CacheTicket ticket;
        lock (_gate)
        {
            ticket = Find(key, refresh, waited) ?? Join(key, wake, waited);
            if (waited is { IsOver: false })
            {
                Leave(waited, ref calls);
            }
        }

        CallQueue.Run(calls);
        return ticket;
    }

    /// <inheritdoc/>
    public void Complete(CacheTicket ticket, object? value, TimeSpan? expiration)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (ticket.IsOver)
            {
                return;
            }

            ticket.IsOver = true;
            _stored.Set(ticket.Key, value, expiration);
            _computations.Remove(ticket.Key, out Computation? computation);
            var outcome = new CacheOutcome(value);
            foreach (CacheTicket waiting in computation!.Waiting)
            {
                waiting.Place = null;
                waiting.Outcome = outcome;
                CallQueue.Add(ref calls, waiting.Wake);
            }
        }

        CallQueue.Run(calls);
    }

    /// <inheritdoc/>
    public void Abandon(CacheTicket ticket)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (!ticket.IsOver)
            {
                Leave(ticket, ref calls);
            }
        }

        CallQueue.Run(calls);
    }

    private CacheTicket? Find(string key, bool refresh, CacheTicket? waited)
    {
        object? value;
        if (waited?.Outcome is { } outcome)
        {
            value = outcome.Value;
        }
        else if (refresh || !_stored.TryGet(key, out value))
        {
            return null;
        }

        return new CacheTicket(this, key, CacheTicketKind.Hit, value);
    }

    private CacheTicket Join(string key, Action wake, CacheTicket? waited)
    {
        if (!_computations.TryGetValue(key, out Computation? computation))
        {
            _computations.Add(key, computation = new Computation());
        }

        if (computation.Owner is null)
        {
            // The first to come takes over, even if another was called for it: it would be as wrong to let all wait for one
            // that is slow to come. The one that was called waits on, at the head of the line.
            computation.Called = null;
            return computation.Owner = new CacheTicket(this, key, CacheTicketKind.Owner);
        }

        var ticket = new CacheTicket(this, key, CacheTicketKind.Waiting, wake: wake);
        ticket.Place = waited is null ? computation.Waiting.AddLast(ticket) : computation.Waiting.AddFirst(ticket);
        return ticket;
    }

    /// <summary>Ends a ticket that has not ended. If it was to compute the key, another one is called to do so.</summary>
    private void Leave(CacheTicket ticket, ref List<Action>? calls)
    {
        ticket.IsOver = true;
        if (!_computations.TryGetValue(ticket.Key, out Computation? computation))
        {
            return;
        }

        if (ticket.Place is { } place)
        {
            computation.Waiting.Remove(place);
            ticket.Place = null;
        }
        else if (computation.Owner == ticket || computation.Called == ticket)
        {
            computation.Owner = null;
            computation.Called = computation.Waiting.First?.Value;
            if (computation.Called is { } next)
            {
                computation.Waiting.RemoveFirst();
                next.Place = null;
                CallQueue.Add(ref calls, next.Wake);
            }
            else
            {
                _computations.Remove(ticket.Key);
            }
        }
    }

    private void RemoveExpired()
    {
        lock (_gate)
        {
            _stored.RemoveExpired();
        }
    }

    /// <summary>A key that is being computed, or is about to be.</summary>
    private sealed class Computation
    {
        internal CacheTicket? Owner { get; set; }

        /// <summary>Who was woken to take over. Null when somebody has.</summary>
        internal CacheTicket? Called { get; set; }

        internal LinkedList<CacheTicket> Waiting { get; } = [];
    }
}
