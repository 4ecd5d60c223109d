using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Health;
using FlowModule.Engine.Schedules.Serving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.History;
using FlowModule.Scheduling.Instances;

namespace FlowModule.Scheduling.Serving;

/// <summary>A running scheduler: finds its flows, starts them, reports its work, and ends in order.</summary>
internal sealed class SchedulerService : ISchedulerListener, IHealthSource, IDisposable
{
    /// <summary>How many flows are named individually when they are added together.</summary>
    private const int Named = 20;

    private readonly FlowScheduler _scheduler;
    private readonly IFlowSource _source;
    private readonly SourceWatch _watch;
    private readonly Action<SchedulerLine> _say;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<(string Flow, string Text)> _served = [];
    private readonly RunHistory? _history;
    private readonly DateTimeOffset _started;
    private volatile SchedulerTrouble? _trouble;

    private SchedulerService(
        IFlowSource source, IScheduledRunner runner, RunHistory? history, int throttleLimit, Action<SchedulerLine> say, TimeProvider time)
    {
        _source = source;
        _history = history;
        _say = say;
        _time = time;
        _started = time.GetLocalNow();
        _scheduler = new FlowScheduler(runner, this, history?.Schedules, throttleLimit, time);
        _watch = new SourceWatch(source, Serve, Trouble, time);
    }

    /// <summary>A scheduler for a history, which other schedulers may use too.</summary>
    /// <exception cref="FlowException">The setting for the history is invalid.</exception>
    internal static SchedulerService Of(IFlowSource source, string historyPath, int throttleLimit, Action<SchedulerLine> say)
    {
        Histories.RequireMode();
        RunHistory? history = Histories.IsOff ? null : Histories.At(historyPath);

        // Opens the store: schedulers of several machines go by its clock.
        history?.TryUse(static _ => { });
        return new SchedulerService(source, ScheduleInvocation.RunnerFor(historyPath), history, throttleLimit, say, history?.Clock ?? TimeProvider.System);
    }

    /// <summary>Whether nothing more starts.</summary>
    private bool IsStopping => _drain.IsCancellationRequested || _cancel.IsCancellationRequested;

    public HealthReport Now()
    {
        DateTimeOffset now = _time.GetLocalNow();
        SchedulerTrouble? trouble = _trouble;
        return new HealthReport
        {
            Status = IsStopping ? HealthStatus.Stopping : !_source.IsWhole ? HealthStatus.Degraded : HealthStatus.Ok,
            Time = now,
            Heartbeat = now - _scheduler.SinceLastLook,
            Started = _started,
            Schedules = _scheduler.Count,
            Running = _scheduler.Running,
            NextRun = _scheduler.Next,
            LastError = trouble?.Text,
            LastErrorTime = trouble?.Time,
        };
    }

    /// <summary>Serves until it is told to end, and until running flows have ended.</summary>
    /// <param name="gracePeriod">How long running flows may continue after <see cref="Drain"/>.</param>
    internal async Task Run(TimeSpan gracePeriod)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_drain.Token, _cancel.Token);
        Task watching = Task.Run(() => _watch.Run(end.Token), CancellationToken.None);
        try
        {
            Task serving = _scheduler.Run(gracePeriod, _drain.Token, _cancel.Token);
            if (await Task.WhenAny(serving, watching).ConfigureAwait(false) == watching && !IsStopping)
            {
                // A scheduler that no longer watches its source must end, so that the error is not hidden.
                Drain();
            }

            await serving.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        Say(FlowLogLevel.Information, "The scheduler has ended.");
    }

    /// <summary>Starts nothing more. The second call stops running flows.</summary>
    internal void Drain()
    {
        if (_drain.IsCancellationRequested)
        {
            Cancel();
        }

        _drain.Cancel();
    }

    /// <summary>Starts nothing more, and stops running flows.</summary>
    internal void Cancel() => _cancel.Cancel();

    /// <summary>Looks for changes now.</summary>
    internal void Refresh() => _watch.Refresh();

    public void Dispose()
    {
        _watch.Dispose();
        _scheduler.Dispose();
        _drain.Dispose();
        _cancel.Dispose();
    }

    void ISchedulerListener.Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged) =>
        Served(flow.Name, $"{(isChanged ? "Changed" : "Serving")} '{flow.Name}': {string.Join("; ", flow.Schedules)}. {(next is { } time ? $"Next at {Show(time)}." : flow.Paused is not null ? "It is paused." : "It never runs again.")}");

    void ISchedulerListener.Removed(ScheduledFlow flow) => Served(flow.Name, $"'{flow.Name}' is no longer served.");

    void ISchedulerListener.Due(ScheduledFlow flow, ScheduledTick tick) =>
        Say(FlowLogLevel.Verbose, $"'{flow.Name}' is due for {Show(tick.Time)}{(tick.IsMissed ? ", which was missed" : null)}.", schedule: flow.Name, time: tick.Time);

    void ISchedulerListener.Skipped(ScheduledFlow flow, DateTimeOffset time, string message) => Say(FlowLogLevel.Warning, $"'{flow.Name}' for {Show(time)} is skipped. {message}", schedule: flow.Name, time: time);

    void ISchedulerListener.Ended(FlowScheduleRun run)
    {
        if (_history?.TakeWarning() is { } warning)
        {
            Trouble(warning);
        }

        if (run.IsElsewhere)
        {
            Say(FlowLogLevel.Verbose, $"'{run.Name}' for {Show(run.ScheduledTime)} is run by another process.", schedule: run.Name, time: run.ScheduledTime);
            return;
        }

        FlowLogLevel level = run.State is StateType.Failed or StateType.Crashed ? FlowLogLevel.Error : FlowLogLevel.Information;
        string text = $"Scheduled run of '{run.Name}' for {Show(run.ScheduledTime)} finished in state {run.StateName}{(run.Message is { } message ? $": {message}" : ".")}";
        Say(level, text, run, run.Name, run.ScheduledTime);
    }

    void ISchedulerListener.Draining(int running, int telling) =>
        Say(FlowLogLevel.Information, $"{(Left(running, telling) is { } left ? $"Ending when {left}." : "Ending.")} Nothing more is started.");

    void ISchedulerListener.Stopping(int running, int telling) =>
        Say(FlowLogLevel.Information, Left(running, telling) is { } left ? $"Stopping until {left}." : "Stopping.");

    /// <summary>What is still awaited: runs and notifications.</summary>
    private static string? Left(int running, int telling)
    {
        string? runs = running switch { 0 => null, 1 => "one run has ended", _ => $"{running} runs have ended" };
        string? told = telling switch
        {
            0 => null,
            1 => "the notification of one failure has arrived or is given up",
            _ => $"the notifications of {telling} failures have arrived or are given up",
        };
        return runs is not null && told is not null ? $"{runs}, and {told}" : runs ?? told;
    }

    private static string Show(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Called only by the watch, one call after another.</summary>
    private void Serve(IReadOnlyList<ScheduledFlow> flows)
    {
        _scheduler.Serve(flows);
        if (_served.Count > Named)
        {
            string next = _scheduler.Next is { } time ? $" The next is due at {Show(time)}." : string.Empty;
            Say(FlowLogLevel.Information, $"Serving {flows.Count} scheduled flows, {_served.Count} of them new or changed.{next}");
        }
        else
        {
            _served.ForEach(line => Say(FlowLogLevel.Information, line.Text, schedule: line.Flow));
        }

        _served.Clear();
    }

    private void Trouble(string text)
    {
        _trouble = new SchedulerTrouble(text, _time.GetLocalNow());
        Say(FlowLogLevel.Warning, text);
    }

    private void Served(string flow, string text) => _served.Add((flow, text));

    private void Say(FlowLogLevel level, string text, FlowScheduleRun? run = null, string? schedule = null, DateTimeOffset? time = null)
    {
        string now = _time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        _say(new SchedulerLine(level, $"{now} | {text}", run) { Schedule = schedule, ScheduledTime = time });
    }

    private sealed record SchedulerTrouble(string Text, DateTimeOffset Time);
}
