using System.Diagnostics;
using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Serving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Benchmarks;

/// <summary>Ten thousand schedules in one scheduler: their cost while nothing is due, and its punctuality when many are.</summary>
internal sealed class ScheduleLoad(RunHistory? history = null) : IScheduledRunner, ISchedulerListener
{
    private readonly RunHistory? _history = history;

    private const double Asked = 20;

    private readonly List<double> _drifts = [];

    internal static void Measure(Table table, bool quick)
    {
        int count = quick ? 1_000 : 10_000;
        TimeSpan window = TimeSpan.FromSeconds(quick ? 3 : 20);
        AtRest(table, count, window);
        Busy(table, count, window, history: null);
        string folder = Directory.CreateTempSubdirectory("flow-ticks").FullName;
        string file = Path.Combine(folder, "ticks.db");
        Busy(table, count, window, Histories.At(file));
        Histories.Close(file);
        Directory.Delete(folder, recursive: true);
    }

    private static void AtRest(Table table, int count, TimeSpan window)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        DateTimeOffset later = DateTimeOffset.UtcNow.AddHours(2);
        ScheduledFlow[] flows = [.. Enumerable.Range(0, count).Select(i => Flow(i, FormattableString.Invariant($"{later.Minute} {later.Hour} * * *")))];
        var load = new ScheduleLoad();
        using var scheduler = new FlowScheduler(load, load, records: null, throttleLimit: 100, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        scheduler.Serve(flows);
        table.Add($"{count} cron schedules, taken up", Numbers.Show(watch.Elapsed.TotalMilliseconds, "ms"));
        double cpu = Serve(scheduler, window);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        table.Add("the same at rest, of a processor", Numbers.Show(cpu * 100, "%"), asked: "<= 0.5 %", holds: cpu <= 0.005);
        table.Add("the same, memory for each", Numbers.Show((after - before) / (double)count, "bytes"));
        GC.KeepAlive(flows);
    }

    private static void Busy(Table table, int count, TimeSpan window, RunHistory? history)
    {
        // Spread evenly over half a minute, so that each is due about as often as the baseline timer.
        DateTimeOffset anchor = DateTimeOffset.UtcNow.AddSeconds(1);
        TimeSpan interval = TimeSpan.FromSeconds(30);
        var load = new ScheduleLoad(history);
        using var scheduler = new FlowScheduler(load, load, history?.Schedules, throttleLimit: 100, TimeProvider.System);
        scheduler.Serve([.. Enumerable.Range(0, count).Select(i => Flow(i, new IntervalSchedule(interval, anchor + (interval * i / count), TimeZoneInfo.Utc, TimeSpan.Zero)))]);
        Task<List<double>> floor = Task.Run(() => TimerDrifts(window));
        double cpu = Serve(scheduler, window);
        List<double> timers = floor.GetAwaiter().GetResult();
        string what = $"{count} schedules, each due every 30 s{(history is null ? null : ", claimed in the history")}";
        if (load._drifts.Count == 0 || timers.Count == 0)
        {
            // A machine without free time has no samples for a median.
            table.Add($"{what}: start after its time, median", "none", asked: $"<= {Asked} ms", holds: false);
            return;
        }

        double median = Numbers.Median(load._drifts), floorMedian = Numbers.Median(timers);
        table.Add($"{what}: start after its time, median", Numbers.Show(median, "ms"), $"a bare timer {Numbers.Show(floorMedian, "ms")}", floorMedian / median, $"<= {Asked} ms", median <= Asked);
        table.Add("the same, one in a hundred", Numbers.Show(Percentile(load._drifts), "ms"), $"a bare timer {Numbers.Show(Percentile(timers), "ms")}");
        table.Add("the same, of a processor", Numbers.Show(cpu * 100, "%"), $"{load._drifts.Count / window.TotalSeconds:0} starts a second");
    }

    /// <summary>The share of a processor that the process uses while the scheduler serves.</summary>
    private static double Serve(FlowScheduler scheduler, TimeSpan window)
    {
        using var end = new CancellationTokenSource();
        Task run = scheduler.Run(TimeSpan.Zero, end.Token, CancellationToken.None);
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        Thread.Sleep(window);
        process.Refresh();
        double cpu = (process.TotalProcessorTime - before) / watch.Elapsed;
        end.Cancel();
        run.GetAwaiter().GetResult();
        return cpu;
    }

    private static List<double> TimerDrifts(TimeSpan window)
    {
        var drifts = new List<double>();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < window)
        {
            TimeSpan due = watch.Elapsed + TimeSpan.FromMilliseconds(7);
            Task.Delay(7).GetAwaiter().GetResult();
            drifts.Add((watch.Elapsed - due).TotalMilliseconds);
        }

        return drifts;
    }

    private static double Percentile(List<double> values) => values.Order().ElementAt(values.Count * 99 / 100);

    private static ScheduledFlow Flow(int number, string cron) => Flow(number, new CronSchedule(cron, CronExpressions.Parser.Parse(cron), TimeZoneInfo.Utc, TimeSpan.Zero));

    private static ScheduledFlow Flow(int number, FlowSchedule schedule) => new()
    {
        Name = FormattableString.Invariant($"flow-{number}"),
        Path = "/flows/none.ps1",
        Schedules = [schedule],
        WorkingDirectory = "/flows",
        LogPath = "/logs/none.log",
        Since = default,
    };

    int IScheduledRunner.Telling => 0;

    Task IScheduledRunner.Run(TickOrder order)
    {
        if (_history is not null)
        {
            foreach (TickClaim claim in _history.Schedules.Claim(order.Flow, order.Ticks))
            {
                Note(claim.Tick.Time);
                _history.Schedules.Change(claim.Tick with { State = StateType.Completed, EndTime = DateTimeOffset.UtcNow });
            }

            return Task.CompletedTask;
        }

        foreach (ScheduledTick tick in order.Ticks)
        {
            Note(tick.Time);
        }

        return Task.CompletedTask;
    }

    Task IScheduledRunner.Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop) => Task.CompletedTask;

    private void Note(DateTimeOffset time)
    {
        double drift = (DateTimeOffset.UtcNow - time).TotalMilliseconds;
        lock (_drifts)
        {
            _drifts.Add(drift);
        }
    }

    void ISchedulerListener.Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged)
    {
    }

    void ISchedulerListener.Removed(ScheduledFlow flow)
    {
    }

    void ISchedulerListener.Due(ScheduledFlow flow, ScheduledTick tick)
    {
    }

    void ISchedulerListener.Skipped(ScheduledFlow flow, DateTimeOffset time, string message)
    {
    }

    void ISchedulerListener.Ended(FlowScheduleRun run)
    {
    }

    void ISchedulerListener.Draining(int running, int telling)
    {
    }

    void ISchedulerListener.Stopping(int running, int telling)
    {
    }
}
