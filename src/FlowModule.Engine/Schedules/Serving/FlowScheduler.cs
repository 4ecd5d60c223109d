using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

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
    private readonly ServedFlows _flows;
    private readonly RunningTicks _running;
    private readonly ISchedulerListener _listener;
    private readonly ITickRecords? _records;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopSweeps = new();
    private CancellationTokenSource? _sleep;
    private bool _isWoken;
    private volatile bool _mustSweep;
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
        _flows = new ServedFlows(listener, records, time);
        _listener = listener;
        _records = records;
        _time = time;
        _turn = _swept = time.GetTimestamp();
    }

    /// <summary>How many flows are served.</summary>
    internal int Count => _flows.Count;

    /// <summary>How many times run now.</summary>
    internal int Running => _running.Count;

    /// <summary>How long ago it last looked what is due: more than <see cref="LongestSleep"/> means that it is stuck.</summary>
    internal TimeSpan SinceLastLook => _time.GetElapsedTime(Volatile.Read(ref _turn));

    /// <summary>When the next flow is due, or null.</summary>
    internal DateTimeOffset? Next => _flows.Next;

    /// <summary>Serves these flows, and no others any more. What was missed of a flow that is new is made up for as the flow says.</summary>
    internal void Serve(IReadOnlyList<ScheduledFlow> flows)
    {
        // What another scheduler has left behind of a flow that is new is looked for at once.
        if (_flows.Set(flows))
        {
            _mustSweep = true;
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
                _flows.LookAtClock();
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

    private void StartDue(CancellationToken drain, CancellationToken cancel)
    {
        while (_flows.TryTake(out ScheduledFlow flow, out DueTicks ticks))
        {
            if (ticks.Skipped is { } skipped)
            {
                _records?.Skip(flow, skipped, ticks.Message!);
                _listener.Skipped(flow, skipped, ticks.Message!);
            }

            Start(flow, ticks.Run, drain, cancel);
        }
    }

    private void Start(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks, CancellationToken drain, CancellationToken cancel)
    {
        foreach (ScheduledTick tick in ticks)
        {
            _listener.Due(flow, tick);
        }

        if (ticks.Count > 0)
        {
            _running.Start(flow, ticks, drain, cancel);
        }
    }

    /// <summary>Sees to what other schedulers have left behind: by their death, or by giving it back at their end.</summary>
    private void Sweep()
    {
        bool isTime = _time.GetElapsedTime(_swept) >= SweepPeriod;
        if (!_mustSweep && !isTime)
        {
            return;
        }

        _mustSweep = false;
        _swept = _time.GetTimestamp();
        _running.Sweep(_flows.Find, _stopSweeps.Token);
        if (isTime && _records is { } records)
        {
            // Not here: the history may be busy, and others are due. What is free of a flow that is new is known already.
            _running.Do(() => TakeFree(records));
        }
    }

    private void TakeFree(ITickRecords records)
    {
        if (records.Free(name => _flows.Find(name) is not null) is { Count: > 0 } free)
        {
            _flows.Free(free);
            Wake();
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

            if (_flows.Next - _time.GetUtcNow() is { } left && left < duration)
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
            _listener.Draining(Running, _running.Telling);
            await Task.WhenAny(idle, Task.Delay(gracePeriod, _time, cancel)).ConfigureAwait(false);
        }

        if (!idle.IsCompleted)
        {
            _listener.Stopping(Running, _running.Telling);
            await stop.CancelAsync().ConfigureAwait(false);
            await _stopSweeps.CancelAsync().ConfigureAwait(false);
        }

        await idle.ConfigureAwait(false);
    }
}
