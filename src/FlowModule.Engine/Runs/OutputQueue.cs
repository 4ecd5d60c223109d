namespace FlowModule.Engine.Runs;

/// <summary>
/// Carries what runs give from their workers to the one thread that may write to the pipeline. Bounded: a worker whose
/// caller does not keep up waits, so that a slow consumer slows the work instead of filling memory.
/// </summary>
internal sealed class OutputQueue(int capacity)
{
    /// <summary>As many items as are worth a transaction of their own.</summary>
    internal const int Gathered = 64;

    private readonly Action<RunOutput>? _sink;

    private readonly object _gate = new();
    private List<RunOutput> _items = [];
    private bool _consumerWaits;
    private bool _signalled;
    private bool _closed;
    private bool _unbounded;
    private int _producersWaiting;
    private int _wanted = 1;

    /// <summary>One that nobody reads: what is written goes where <paramref name="sink"/> takes it, on the thread that writes.</summary>
    internal OutputQueue(Action<RunOutput> sink)
        : this(int.MaxValue) => _sink = sink;

    /// <summary>How many items wait to be read.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Adds an item, waiting for room unless the item's run has been told to stop. Drops it once nobody reads any more.</summary>
    internal void Write(in RunOutput item)
    {
        if (_sink is not null)
        {
            _sink(item);
            return;
        }

        lock (_gate)
        {
            WaitForRoom(item.Run);
            Append(item);
        }
    }

    /// <summary>Waits until there is room. For a worker about to take a run: none starts while the caller does not keep up.</summary>
    internal void WaitForRoom()
    {
        lock (_gate)
        {
            WaitForRoom(run: null);
        }
    }

    /// <summary>Adds an item without waiting. For final states, of which there are never more than there are places for runs.</summary>
    internal void WriteNow(in RunOutput item)
    {
        if (_sink is not null)
        {
            _sink(item);
            return;
        }

        lock (_gate)
        {
            Append(item);
        }
    }

    /// <summary>
    /// Swaps all waiting items into <paramref name="batch"/> (which must be empty). With <paramref name="wait"/>, waits for an
    /// item or a <see cref="Signal"/> first. The caller owns the batch: no lock is held while it is written on.
    /// </summary>
    /// <param name="batch">What was read.</param>
    /// <param name="wait">Whether to wait for an item.</param>
    /// <param name="gatherMilliseconds">How long to wait for <see cref="Gathered"/> items once there is one.</param>
    internal void Read(ref List<RunOutput> batch, bool wait, int gatherMilliseconds = 0)
    {
        lock (_gate)
        {
            while (wait && _items.Count == 0 && !_signalled)
            {
                _consumerWaits = true;
                Monitor.Wait(_gate);
                _consumerWaits = false;
            }

            if (gatherMilliseconds > 0 && !_signalled)
            {
                Gather(Environment.TickCount64 + gatherMilliseconds);
            }

            _signalled = false;
            (batch, _items) = (_items, batch);
            if (_producersWaiting > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>No writer waits any more: the work is being stopped, and what it still says is little.</summary>
    internal void StopWaiting()
    {
        lock (_gate)
        {
            _unbounded = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Wakes the reader, and writers whose runs have been told to stop.</summary>
    internal void Signal()
    {
        lock (_gate)
        {
            _signalled = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nobody reads any more: what waits is dropped, and writers go on at once.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = _unbounded = true;
            _items = [];
            Monitor.PulseAll(_gate);
        }
    }

    private void Gather(long until)
    {
        _wanted = Gathered;
        while (_items.Count < Gathered && !_signalled && !_closed && until - Environment.TickCount64 is > 0 and var left)
        {
            _consumerWaits = true;
            Monitor.Wait(_gate, (int)left);
            _consumerWaits = false;
        }

        _wanted = 1;
    }

    private void WaitForRoom(FlowRun? run)
    {
        while (!_unbounded && _items.Count >= capacity && run?.StopRequest is null)
        {
            _producersWaiting++;
            Monitor.Wait(_gate);
            _producersWaiting--;
        }
    }

    private void Append(in RunOutput item)
    {
        if (_closed)
        {
            return;
        }

        _items.Add(item);
        if (_consumerWaits && _items.Count >= _wanted)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
