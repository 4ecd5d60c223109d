using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Caching;

/// <summary>
/// Results by key. Within the process, each is computed by one caller at a time. If the store shares them between processes, a
/// key is computed in one process at a time.
/// </summary>
internal sealed class ResultCache : IResultCache
{
    /// <summary>How many results are kept by default.</summary>
    internal const int DefaultCapacity = 10_000;

    private readonly object _gate = new();
    private readonly IResultStore _stored;
    private readonly ResultWatch _watch;
    private readonly Dictionary<string, Computation> _computations = [];

    /// <summary>The results of one process, in memory.</summary>
    internal ResultCache(TimeProvider time, int capacity = DefaultCapacity)
    {
        _stored = new ResultStore(time, capacity, RemoveExpired);
        _watch = new ResultWatch(_stored, time, Look);
    }

    /// <summary>The results of a history, shared by all processes that use it.</summary>
    /// <param name="history">The history.</param>
    /// <param name="values">Turns results into text.</param>
    /// <param name="bytes">How much of them is kept.</param>
    internal ResultCache(IStoreAccess history, IValueCodec values, long bytes)
    {
        _stored = new SharedResultStore(history, values, bytes, DefaultCapacity, RemoveExpired);
        _watch = new ResultWatch(_stored, history.Time, Look);
    }

    /// <summary>How many results are in memory now.</summary>
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
            ticket = Find(key, refresh, waited) ?? Join(key, refresh, wake, waited);
            if (waited is { IsOver: false })
            {
                Leave(waited, ref calls);
            }
        }

        CallQueue.Run(calls);
        return ticket;
    }

    /// <inheritdoc/>
    public bool Has(string key)
    {
        lock (_gate)
        {
            return _stored.Has(key);
        }
    }

    /// <inheritdoc/>
    public void Complete(CacheTicket ticket, object? value, TimeSpan? expiration)
    {
        List<Action>? calls = null;
        EncodedValue encoded = ticket.IsOver ? default : _stored.Encode(value);
        lock (_gate)
        {
            if (ticket.IsOver)
            {
                return;
            }

            ticket.IsOver = true;
            _stored.Set(ticket.Key, value, encoded, expiration);
            End(ticket.Key, value, ref calls);
            CatchUpLater();
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

    private CacheTicket Join(string key, bool refresh, Action wake, CacheTicket? waited)
    {
        _computations.TryGetValue(key, out Computation? computation);
        if (computation?.Owner is null)
        {
            ResultClaim claim = _stored.Claim(key, refresh, out long seen, out object? value);
            if (claim == ResultClaim.Found)
            {
                return new CacheTicket(this, key, CacheTicketKind.Hit, value);
            }

            if (computation is null)
            {
                _computations.Add(key, computation = new Computation());
            }

            // The first to arrive takes over, even if another was woken for it: otherwise all would wait for one
            // slow caller. The woken one continues to wait, at the head of the queue.
            computation.Called = null;
            if (claim == ResultClaim.Free)
            {
                computation.Seen = null;
                return computation.Owner = new CacheTicket(this, key, CacheTicketKind.Owner);
            }

            computation.Seen ??= seen;
            _watch.Start();
        }

        var ticket = new CacheTicket(this, key, CacheTicketKind.Waiting, wake: wake);
        ticket.Place = waited is null ? computation.Waiting.AddLast(ticket) : computation.Waiting.AddFirst(ticket);
        return ticket;
    }

    /// <summary>Passes the result of a key to the callers that wait for it.</summary>
    private void End(string key, object? value, ref List<Action>? calls)
    {
        _computations.Remove(key, out Computation? computation);
        var outcome = new CacheOutcome(value);
        foreach (CacheTicket waiting in computation!.Waiting)
        {
            waiting.Place = null;
            waiting.Outcome = outcome;
            CallQueue.Add(ref calls, waiting.Wake);
        }
    }

    /// <summary>Ends a ticket. If its owner had to compute the key, another caller is woken to do so.</summary>
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
            if (computation is { Seen: not null, Waiting.Count: 0 })
            {
                // No caller here waits for the other process any more.
                _computations.Remove(ticket.Key);
            }
        }
        else if (computation.Owner == ticket || computation.Called == ticket)
        {
            if (computation.Owner == ticket)
            {
                _stored.Unclaim(ticket.Key);
                CatchUpLater();
            }

            CallNext(ticket.Key, computation, ref calls);
        }
    }

    private void CallNext(string key, Computation computation, ref List<Action>? calls)
    {
        computation.Owner = null;
        computation.Seen = null;
        computation.Called = computation.Waiting.First?.Value;
        if (computation.Called is { } next)
        {
            computation.Waiting.RemoveFirst();
            next.Place = null;
            CallQueue.Add(ref calls, next.Wake);
        }
        else
        {
            _computations.Remove(key);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys()
    {
        lock (_gate)
        {
            return _stored.Keys();
        }
    }

    /// <inheritdoc/>
    public void Remove(ICollection<string> keys)
    {
        lock (_gate)
        {
            _stored.Remove(keys);
        }
    }

    private void RemoveExpired()
    {
        lock (_gate)
        {
            _stored.RemoveExpired();
        }
    }

    private void CatchUpLater()
    {
        if (_stored.IsBehind)
        {
            _watch.Start();
        }
    }

    /// <summary>Looks for results of other processes.</summary>
    private void Look(bool isChanged)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            if (!isChanged)
            {
                _watch.TimerFired();
            }

            KeyValuePair<string, Computation>[] elsewhere = [.. _computations.Where(entry => entry.Value.Seen is not null)];
            if (_stored.IsBehind)
            {
                _stored.CatchUp();
            }
            else if (elsewhere.Length == 0)
            {
                _watch.Stop();
                return;
            }

            bool isTime = _watch.TakeCheck();
            if (isChanged || isTime)
            {
                foreach ((string key, Computation computation) in elsewhere)
                {
                    Look(key, computation, isTime, ref calls);
                }
            }

            _watch.Start();
        }

        CallQueue.Run(calls);
    }

    private void Look(string key, Computation computation, bool checksProcess, ref List<Action>? calls)
    {
        switch (_stored.Look(key, computation.Seen!.Value, checksProcess, out object? value))
        {
            case ResultClaim.Found:
                End(key, value, ref calls);
                break;
            case ResultClaim.Free:
                CallNext(key, computation, ref calls);
                break;
            default:
                break;
        }
    }
}
