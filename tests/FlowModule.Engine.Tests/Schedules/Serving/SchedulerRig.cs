using System.Collections.Concurrent;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Serving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Schedules.Serving;

/// <summary>A scheduler on fake time, and a runner that the test controls.</summary>
internal sealed class SchedulerRig : IScheduledRunner, ISchedulerListener, ITickRecords, IDisposable
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly SleepingTime _time = new(Start);
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _cancel = new();
    private Task? _run;

    internal SchedulerRig(int throttleLimit = 100, bool hasRecords = true) =>
        Scheduler = new FlowScheduler(this, this, hasRecords ? this : null, throttleLimit, _time);

    internal FlowScheduler Scheduler { get; }

    internal FakeTimeProvider Time => _time;

    /// <summary>The started ticks, in order.</summary>
    internal BlockingCollection<(string Name, ScheduledTick Tick)> Started { get; } = [];

    internal BlockingCollection<FlowScheduleRun> Ends { get; } = [];

    internal Dictionary<string, DateTimeOffset> LastTimes { get; } = [];

    /// <summary>Ticks that other schedulers had claimed and that have no process any more.</summary>
    internal List<(string Name, DateTimeOffset Time)> FreeTimes { get; } = [];

    internal List<(string Name, DateTimeOffset Time, string Message)> Skips { get; } = [];

    internal Func<CancellationToken, Task> Sweep { get; set; } = static _ => Task.CompletedTask;

    /// <summary>For each sweep for dead processes, which of <c>a</c> and <c>b</c> were served.</summary>
    internal BlockingCollection<string> Sweeps { get; } = [];

    public int Telling { get; set; }

    internal ConcurrentQueue<string> Said { get; } = new();

    /// <summary>What a run waits for; by default, it ends at once.</summary>
    internal Func<CancellationToken, Task> Body { get; set; } = static _ => Task.CompletedTask;

    internal static ScheduledFlow Flow(string name, FlowSchedule schedule, MissedRuns missed = MissedRuns.Skip, DateTimeOffset since = default) => new()
    {
        Name = name,
        Path = $"/flows/{name}.ps1",
        Schedules = [schedule],
        WorkingDirectory = "/flows",
        LogPath = $"/logs/{name}.log",
        Since = since,
        Missed = missed,
    };

    internal static FlowSchedule Every(double minutes) => new IntervalSchedule(TimeSpan.FromMinutes(minutes), Start, TimeZoneInfo.Utc, TimeSpan.Zero);

    internal Task Run(TimeSpan gracePeriod = default)
    {
        _run = Task.Run(() => Scheduler.Run(gracePeriod, _drain.Token, _cancel.Token));
        _time.WaitUntilAsleep();
        return _run;
    }

    /// <summary>Lets time pass, and returns when the scheduler has handled all due ticks.</summary>
    internal void Pass(TimeSpan time)
    {
        if (_time.AdvanceAndWake(time))
        {
            _time.WaitUntilAsleep();
        }
    }

    /// <summary>Sets the clock.</summary>
    internal void Set(DateTimeOffset now) => _time.AdjustTime(now);

    internal void WaitUntilAsleep() => _time.WaitUntilAsleep();

    internal void Serve(params ScheduledFlow[] flows)
    {
        Scheduler.Serve(flows);
        if (_run is not null)
        {
            _time.WaitUntilAsleep();
        }
    }

    internal (string Name, ScheduledTick Tick) NextStart() => Started.TryTake(out var start, Wait.Limit) ? start : throw new TimeoutException("Nothing was started.");

    internal void Drain() => _drain.Cancel();

    internal void Cancel() => _cancel.Cancel();

    internal async Task End()
    {
        Drain();
        await _run!.WaitAsync(Wait.Limit);
    }

    public void Dispose()
    {
        Scheduler.Dispose();
        _drain.Dispose();
        _cancel.Dispose();
    }

    async Task IScheduledRunner.Run(TickOrder order)
    {
        foreach (ScheduledTick tick in order.Ticks)
        {
            try
            {
                await order.Places!.WaitAsync(order.Drain);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (!order.Drain.IsCancellationRequested)
            {
                order.Ended(await Run(order, tick));
            }

            order.Places.Release();
        }
    }

    Task IScheduledRunner.Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop)
    {
        Sweeps.Add($"{find("a")?.Name}{find("b")?.Name}", CancellationToken.None);
        return Sweep(stop);
    }

    private async Task<FlowScheduleRun> Run(TickOrder order, ScheduledTick tick)
    {
        Started.Add((order.Flow.Name, tick), CancellationToken.None);
        StateType state = StateType.Completed;
        try
        {
            await Body(order.Stop);
        }
        catch (OperationCanceledException)
        {
            state = StateType.Cancelled;
        }

        return new FlowScheduleRun { Name = order.Flow.Name, ScheduledTime = tick.Time, State = state, StateName = state.ToString() };
    }

    void ISchedulerListener.Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged) => Said.Enqueue($"{(isChanged ? "changed" : "serving")} {flow.Name}");

    void ISchedulerListener.Removed(ScheduledFlow flow) => Said.Enqueue($"removed {flow.Name}");

    void ISchedulerListener.Due(ScheduledFlow flow, ScheduledTick tick)
    {
    }

    void ISchedulerListener.Skipped(ScheduledFlow flow, DateTimeOffset time, string message) => Said.Enqueue($"skipped {flow.Name}");

    KnownTicks ITickRecords.Known(string name) =>
        new(LastTimes.TryGetValue(name, out DateTimeOffset time) ? time : null, [.. TakeFree(other => other == name).Select(tick => tick.Time)]);

    IReadOnlyList<(string Name, DateTimeOffset Time)> ITickRecords.Free(Func<string, bool> isKnown) => TakeFree(isKnown);

    private (string Name, DateTimeOffset Time)[] TakeFree(Func<string, bool> which)
    {
        lock (FreeTimes)
        {
            (string Name, DateTimeOffset Time)[] free = [.. FreeTimes.Where(tick => which(tick.Name))];
            FreeTimes.RemoveAll(tick => free.Contains(tick));
            return free;
        }
    }

    void ITickRecords.Skip(ScheduledFlow flow, DateTimeOffset time, string message) => Skips.Add((flow.Name, time, message));

    void ISchedulerListener.Ended(FlowScheduleRun run) => Ends.Add(run);

    void ISchedulerListener.Draining(int running, int telling) => Said.Enqueue($"draining {running}, telling {telling}");

    void ISchedulerListener.Stopping(int running, int telling) => Said.Enqueue($"stopping {running}");

    /// <summary>Fake time that knows when the scheduler sleeps: time that passes before that would not reach its timer.</summary>
    private sealed class SleepingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private readonly BlockingCollection<bool> _asleep = [];
        private TimeSpan _passed;
        private TimeSpan _wakesAt;

        /// <summary>Returns whether a timer was set until then.</summary>
        internal bool AdvanceAndWake(TimeSpan time)
        {
            _passed += time;
            bool wakes = _wakesAt <= _passed;
            Advance(time);
            return wakes;
        }

        internal void WaitUntilAsleep() => Assert.True(_asleep.TryTake(out _, Wait.Limit), "The scheduler does not go to sleep.");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _wakesAt = _passed + dueTime;
            _asleep.Add(true);
            return timer;
        }
    }
}
