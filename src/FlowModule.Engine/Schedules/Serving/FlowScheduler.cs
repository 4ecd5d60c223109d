namespace FlowModule.Engine;

/// <summary>
/// Starts scheduled flows at their times. It sleeps until the next one is due; which process runs a time when several schedulers serve the
/// same flows is for the runner to settle.
/// </summary>
internal sealed class FlowScheduler : IDisposable
{
    /// <summary>How long it sleeps at most: when the clock is set, no timer tells.</summary>
    internal static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(10);

    /// <summary>How often it looks for times whose process has died.</summary>
    internal static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private readonly Dictionary<string, ServedFlow> _served = new(StringComparer.OrdinalIgnoreCase);
    private readonly PriorityQueue<ServedFlow, DateTimeOffset> _queue = new();
    private readonly RunningTicks _running;
    private readonly ISchedulerListener _listener;
    private readonly ITickRecords? _records;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopSweeps = new();
    private CancellationTokenSource? _sleep;
    private bool _isWoken;
    private bool _mustSweep;
    private long _turn;
    private long _swept;

    /// <param name="runner">Runs what is due.</param>
    /// <param name="listener">Is told what happens.</param>
    /// <param name="records">What other processes have seen to, or see to at the same time; null when nobody knows.</param>
    /// <param name="throttleLimit">How many run at once.</param>
    /// <param name="time">The clock.</param>
    internal FlowScheduler(IScheduledRunner runner, ISchedulerListener listener, ITickRecords? records, int throttleLimit, TimeProvider time)
    {
        _running = new RunningTicks(runner, listener, throttleLimit);
        _listener = listener;
        _records = records;
        _time = time;
        _turn = _swept = time.GetTimestamp();
    }

    /// <summary>How many flows are served.</summary>
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

    /// <summary>How many times run now.</summary>
    internal int Running => _running.Count;

    /// <summary>How long ago it last looked what is due: more than <see cref="LongestSleep"/> means that it is stuck.</summary>
    internal TimeSpan SinceLastLook => _time.GetElapsedTime(Volatile.Read(ref _turn));

    /// <summary>When the next flow is due, or null.</summary>
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

    /// <summary>Serves these flows, and no others any more. What was missed of a flow that is new is made up for as the flow says.</summary>
    internal void Serve(IReadOnlyList<ScheduledFlow> flows)
    {
        var names = flows.Select(flow => flow.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        DateTimeOffset now = _time.GetUtcNow();
        lock (_gate)
        {
            foreach (ServedFlow gone in _served.Values.Where(served => !names.Contains(served.Flow.Name)).ToArray())
            {
                gone.IsRemoved = true;
                _served.Remove(gone.Flow.Name);
                _listener.Removed(gone.Flow);
            }

            foreach (ScheduledFlow flow in flows)
            {
                // What another scheduler has left behind of it is looked for at once.
                _mustSweep |= Serve(flow, now);
            }
        }

        Wake();
    }

    /// <summary>Starts what is due until it is told to drain; then waits for what runs, and stops it when the grace period is over.</summary>
    /// <param name="gracePeriod">How long what runs may go on.</param>
    /// <param name="drain">Fires when nothing more is to start.</param>
    /// <param name="cancel">Fires when what runs is to stop at once.</param>
    internal async Task Run(TimeSpan gracePeriod, CancellationToken drain, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(drain, cancel);
        using (noMore.Token.Register(Wake))
        {
            while (!noMore.IsCancellationRequested)
            {
                Volatile.Write(ref _turn, _time.GetTimestamp());
                StartDue(noMore.Token, stop.Token);
                Sweep();
                await Sleep().ConfigureAwait(false);
            }
        }

        await Drain(gracePeriod, stop, cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _running.Dispose();
        _stopSweeps.Dispose();
    }

    /// <summary>Says whether the flow was not served before.</summary>
    private bool Serve(ScheduledFlow flow, DateTimeOffset now)
    {
        bool isChanged = _served.TryGetValue(flow.Name, out ServedFlow? before);
        if (isChanged)
        {
            if (before!.IsSame(flow))
            {
                return false;
            }

            before.IsRemoved = true;
        }

        // What an edited schedule would have done before it was edited has not been missed.
        DateTimeOffset seen = isChanged ? now : flow.SeenUpTo(_records?.LastTime(flow.Name), now);
        var served = new ServedFlow(flow, seen);
        _served[flow.Name] = served;
        Enqueue(served);
        _listener.Serving(flow, flow.Next(now), isChanged);
        return !isChanged;
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

    private void StartDue(CancellationToken drain, CancellationToken cancel)
    {
        while (true)
        {
            ScheduledFlow flow;
            DueTicks ticks;
            lock (_gate)
            {
                DateTimeOffset now = _time.GetUtcNow();
                if (!Peek(out ServedFlow served, out DateTimeOffset due) || due > now)
                {
                    return;
                }

                _queue.Dequeue();
                flow = served.Flow;
                ticks = DueTicks.Of(flow, served.Seen, now);
                served.Seen = flow.Previous(now) is { } latest && latest > due ? latest : due;
                Enqueue(served);
            }

            if (ticks.Skipped is { } skipped)
            {
                _records?.Skip(flow, skipped, ticks.Message!);
                _listener.Skipped(flow, skipped, ticks.Message!);
            }

            foreach (ScheduledTick tick in ticks.Run)
            {
                _listener.Due(flow, tick);
            }

            if (ticks.Run.Count > 0)
            {
                _running.Start(flow, ticks.Run, drain, cancel);
            }
        }
    }

    private void Sweep()
    {
        lock (_gate)
        {
            if (!_mustSweep && _time.GetElapsedTime(_swept) < SweepPeriod)
            {
                return;
            }

            _mustSweep = false;
            _swept = _time.GetTimestamp();
        }

        _running.Sweep(Find, _stopSweeps.Token);
    }

    private ScheduledFlow? Find(string name)
    {
        lock (_gate)
        {
            return _served.GetValueOrDefault(name)?.Flow;
        }
    }

    /// <summary>Returns when the next flow is due, something has changed, or the longest sleep is over.</summary>
    private async Task Sleep()
    {
        using var sleep = new CancellationTokenSource();
        TimeSpan duration = LongestSleep;
        lock (_gate)
        {
            if (_isWoken)
            {
                _isWoken = false;
                return;
            }

            if (Peek(out _, out DateTimeOffset due) && due - _time.GetUtcNow() is var left && left < duration)
            {
                // Timers count whole milliseconds: rounded down, the last of them would be spent in a loop.
                duration = left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            }

            _sleep = sleep;
        }

        await Task.Delay(duration, _time, sleep.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _sleep = null;
            _isWoken = false;
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            _sleep?.Cancel();
        }
    }

    private async Task Drain(TimeSpan gracePeriod, CancellationTokenSource stop, CancellationToken cancel)
    {
        Task idle = _running.WhenIdle();
        if (!idle.IsCompleted && !cancel.IsCancellationRequested)
        {
            _listener.Draining(Running);
            await Task.WhenAny(idle, Task.Delay(gracePeriod, _time, cancel)).ConfigureAwait(false);
        }

        if (!idle.IsCompleted)
        {
            _listener.Stopping(Running);
            await stop.CancelAsync().ConfigureAwait(false);
            await _stopSweeps.CancelAsync().ConfigureAwait(false);
        }

        await idle.ConfigureAwait(false);
    }
}
