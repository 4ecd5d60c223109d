namespace FlowModule.Engine.Runs;

/// <summary>
/// Carries the output of runs from their workers to the one thread that may write to the pipeline. Bounded: a worker waits if its
/// caller is slower, so that a slow consumer slows the work instead of filling memory.
/// </summary>
internal sealed class OutputQueue(int capacity)
{
    /// <summary>The number of items that justifies a transaction.</summary>
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

    /// <summary>A queue without a reader: each item goes to <paramref name="sink"/>, on the thread that writes it.</summary>
    internal OutputQueue(Action<RunOutput> sink)
        : this(int.MaxValue) => _sink = sink;

    /// <summary>How many items wait for the reader.</summary>
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

    /// <summary>Adds an item, and waits for space unless the item's run has been told to stop. Drops it once there is no reader.</summary>
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

    /// <summary>Waits until there is space. For a worker about to take a run: none starts while the caller is slower.</summary>
    internal void WaitForRoom()
    {
        lock (_gate)
        {
            WaitForRoom(run: null);
        }
    }

    /// <summary>Adds an item without waiting. For final states, of which there are never more than places for runs.</summary>
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
    /// Swaps all items into <paramref name="batch"/> (which must be empty). With <paramref name="wait"/>, waits for an
    /// item or a <see cref="Signal"/> first. The caller owns the batch: no lock is held while it is written.
    /// </summary>
    /// <param name="batch">The items.</param>
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

    /// <summary>Writers no longer wait: the work is being stopped, and little output remains.</summary>
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

    /// <summary>There is no reader any more: items are dropped, and writers continue at once.</summary>
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
