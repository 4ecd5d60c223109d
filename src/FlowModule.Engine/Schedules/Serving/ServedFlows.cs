using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>The flows that a scheduler serves, in the order in which they are due.</summary>
/// <param name="listener">Receives the changes.</param>
/// <param name="records">What is known of ticks; null if nothing is.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedFlows(ISchedulerListener listener, ITickRecords? records, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, ServedFlow> _served = new(StringComparer.OrdinalIgnoreCase);
    private readonly PriorityQueue<ServedFlow, DateTimeOffset> _queue = new();
    private DateTimeOffset _looked = time.GetUtcNow();

    /// <summary>How many there are.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _served.Count;
            }
        }
    }

    /// <summary>When the next one is due, or null.</summary>
    internal DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
            {
                return Peek(out _, out DateTimeOffset due) ? due : null;
            }
        }
    }

    /// <summary>The flow with a name, or null.</summary>
    internal ScheduledFlow? Find(string name)
    {
        lock (_gate)
        {
            return _served.GetValueOrDefault(name)?.Flow;
        }
    }

    /// <summary>Serves these flows and no others. Returns whether any of them is new.</summary>
    internal bool Set(IReadOnlyList<ScheduledFlow> flows)
    {
        var names = flows.Select(flow => flow.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // Outside of the lock: the history may be busy.
        var known = flows.Where(flow => Find(flow.Name) is null).ToDictionary(flow => flow.Name, flow => records?.Known(flow.Name), StringComparer.OrdinalIgnoreCase);
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (ServedFlow gone in _served.Values.Where(served => !names.Contains(served.Flow.Name)).ToArray())
            {
                gone.IsRemoved = true;
                _served.Remove(gone.Flow.Name);
                listener.Removed(gone.Flow);
            }

            foreach (ScheduledFlow flow in flows)
            {
                Set(flow, known.GetValueOrDefault(flow.Name) ?? KnownTicks.None, now);
            }
        }

        return known.Count > 0;
    }

    /// <summary>Takes the due ticks of one flow; returns false if none is due.</summary>
    internal bool TryTake(out ScheduledFlow flow, out DueTicks ticks)
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (!Peek(out ServedFlow served, out DateTimeOffset due) || due > now)
            {
                (flow, ticks) = (null!, null!);
                return false;
            }

            _queue.Dequeue();
            flow = served.Flow;
            ticks = served.Take(due, now);
            Enqueue(served);
            return true;
        }
    }

    /// <summary>Schedules ticks that others had claimed, that have not begun, and that have no process any more.</summary>
    internal void Free(IReadOnlyList<(string Name, DateTimeOffset Time)> ticks)
    {
        lock (_gate)
        {
            foreach (IGrouping<string, DateTimeOffset> times in ticks.GroupBy(tick => tick.Name, tick => tick.Time, StringComparer.OrdinalIgnoreCase))
            {
                if (_served.TryGetValue(times.Key, out ServedFlow? served))
                {
                    Replace(served, new ServedFlow(served.Flow, served.Seen, [.. times]));
                }
            }
        }
    }

    /// <summary>
    /// Checks whether the clock was set back. A tick that was handled while the clock was ahead must not block the flow until that time comes
    /// again. Ticks that have run since are in the records and do not run again; without records this could not be known.
    /// </summary>
    internal void LookAtClock()
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            bool wasAhead = now + ScheduledFlow.BusyFor < _looked;
            _looked = now;
            if (!wasAhead || records is null)
            {
                return;
            }

            foreach (ServedFlow ahead in _served.Values.Where(served => served.Seen > now).ToArray())
            {
                Replace(ahead, new ServedFlow(ahead.Flow, now, ahead.Free));
            }
        }
    }

    private void Set(ScheduledFlow flow, KnownTicks known, DateTimeOffset now)
    {
        bool isChanged = _served.TryGetValue(flow.Name, out ServedFlow? before);
        if (isChanged && before!.IsSame(flow))
        {
            return;
        }

        // Ticks that an edited schedule would have had before the edit have not been missed.
        Replace(before, new ServedFlow(flow, isChanged ? now : flow.SeenUpTo(known.Last, now), known.Free));
        listener.Serving(flow, flow.Next(now), isChanged);
    }

    private void Replace(ServedFlow? before, ServedFlow served)
    {
        if (before is not null)
        {
            before.IsRemoved = true;
        }

        _served[served.Flow.Name] = served;
        Enqueue(served);
    }

    private void Enqueue(ServedFlow served)
    {
        if (served.Next is { } next)
        {
            _queue.Enqueue(served, next);
        }
    }

    private bool Peek(out ServedFlow served, out DateTimeOffset due)
    {
        while (_queue.TryPeek(out served!, out due))
        {
            if (!served.IsRemoved)
            {
                return true;
            }

            _queue.Dequeue();
        }

        return false;
    }
}
