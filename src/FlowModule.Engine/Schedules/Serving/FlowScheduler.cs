using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>
/// Starts scheduled flows at their ticks. It sleeps until the next tick is due. If several schedulers serve the
/// same flows, the runner settles which process runs a tick.
/// </summary>
internal sealed class FlowScheduler : IDisposable
{
    /// <summary>The longest sleep, because no timer reports that the clock was set.</summary>
    internal static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often it looks for ticks whose process has died. A process of another machine is dead some seconds after its lock is free, so that another
    /// scheduler takes over within ten seconds.
    /// </summary>
    internal static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5);

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
    private int _isTakingFree;
    private long _turn;
    private long _swept;

    /// <param name="runner">Runs due ticks.</param>
    /// <param name="listener">Receives the events.</param>
    /// <param name="records">The ticks that other processes have handled or are handling; null if unknown.</param>
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

    /// <summary>How many ticks run now.</summary>
    internal int Running => _running.Count;

    /// <summary>The time since it last looked for due ticks: more than <see cref="LongestSleep"/> means that it is stuck.</summary>
    internal TimeSpan SinceLastLook => _time.GetElapsedTime(Volatile.Read(ref _turn));

    /// <summary>When the next flow is due, or null.</summary>
    internal DateTimeOffset? Next => _flows.Next;

    /// <summary>Serves these flows and no others. Missed ticks of a new flow are made up for as the flow's rules say.</summary>
    internal void Serve(IReadOnlyList<ScheduledFlow> flows)
    {
        // Looks at once for ticks of a new flow that another scheduler has left behind.
        if (_flows.Set(flows))
        {
            _mustSweep = true;
        }

        Wake();
    }

    /// <summary>Starts due ticks until it is told to drain; then waits for running ones, and stops them after the grace period.</summary>
    /// <param name="gracePeriod">How long running ticks may continue.</param>
    /// <param name="drain">Cancelled when nothing more may start.</param>
    /// <param name="cancel">Cancelled when running ticks must stop at once.</param>
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

    /// <summary>Handles ticks that other schedulers have left behind, because they died or released them at their end.</summary>
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
            // In the background: the history may be busy, and other ticks are due. The free ticks of a new flow are known already.
            if (Interlocked.Exchange(ref _isTakingFree, 1) == 0)
            {
                _running.Do(() => TakeFree(records));
            }
        }
    }

    private void TakeFree(ITickRecords records)
    {
        try
        {
            if (records.Free(name => _flows.Find(name) is not null) is { Count: > 0 } free)
            {
                _flows.Free(free);
                Wake();
            }
        }
        finally
        {
            Volatile.Write(ref _isTakingFree, 0);
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
                // Timers count whole milliseconds: rounded down, the last one would be spent in a busy loop.
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
