using System.Collections.Concurrent;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Scheduling.Instances;

/// <summary>Runs a registered flow, because a user wants it now or because the machine's scheduler has started it.</summary>
internal sealed class ScheduleInvocation
{
    /// <summary>How long to wait, before the process ends, for a history that cannot be written: otherwise the tick would look crashed.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly string _historyPath;
    private readonly RunHistory? _history;
    private readonly ScheduledRunner _runner;

    private ScheduleInvocation(ScheduledFlow flow, string historyPath)
    {
        Flow = flow;
        _historyPath = historyPath;
        _history = HistoryAt(historyPath);
        _runner = RunnerFor(historyPath);
    }

    internal ScheduledFlow Flow { get; }

    /// <summary>The registration with a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="historyPath">The file of its history.</param>
    /// <exception cref="FlowException">There is none, or it cannot be read.</exception>
    internal static ScheduleInvocation Of(string name, string historyPath)
    {
        Histories.RequireMode();
        return new ScheduleInvocation(Find(name, historyPath), historyPath);
    }

    /// <summary>The scheduled flow with a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="historyPath">The file of its history.</param>
    /// <exception cref="FlowException">There is none, or it cannot be read.</exception>
    internal static ScheduledFlow Find(string name, string historyPath)
    {
        ScheduledFlowFolder registered = RegisteredAt(historyPath);
        try
        {
            return registered.Find(name) ?? throw ScheduleErrors.NotFound(name);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FlowException(
                $"The registration of '{name}' cannot be read: {exception.Message} Register it again.", "FlowScheduleDamaged", ErrorCategory.InvalidData, registered.FileOf(name), exception);
        }
    }

    /// <summary>The runner for a history; without a history, every tick runs at once.</summary>
    internal static ScheduledRunner RunnerFor(string historyPath)
    {
        RunHistory? history = HistoryAt(historyPath);
        return new ScheduledRunner(history, HistoryFolders.FullName(historyPath), history?.Clock ?? TimeProvider.System, new FailureReporter(history).Report);
    }

    /// <summary>Runs it, and returns each tick when it has ended; the last is the one that it was called for.</summary>
    /// <param name="isDue">Whether to run the due tick, and before it the missed ones, as the flow's rules say.</param>
    /// <param name="stop">Cancelled when running scripts must stop.</param>
    internal IEnumerable<FlowScheduleRun> Run(bool isDue, CancellationToken stop)
    {
        // Opens the store: processes of several machines go by its clock.
        _history?.TryUse(static _ => { });
        DateTimeOffset now = (_history?.Clock ?? TimeProvider.System).GetLocalNow();
        IReadOnlyList<ScheduledTick> ticks = isDue ? DueAt(now) : [new ScheduledTick(now, IsManual: true)];
        if (ticks.Count == 0)
        {
            string nothing = Flow.Paused is not null ? "It is paused." : "Nothing is due: every occurrence up to now has run, or is not made up for.";
            new InstanceLog(Flow.LogPath).WriteEvent(now, Flow.Name, "Skipped. " + nothing);
            yield return TickCoordinator.AsSkipped(new TickRow { Name = Flow.Name, Time = now, State = StateType.Scheduled }, nothing).ToRun();
            yield break;
        }

        using var ended = new BlockingCollection<FlowScheduleRun>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task running = _runner.Run(new TickOrder(Flow, ticks, ended.Add) { Stop = end.Token });
        Task closing = running.ContinueWith(_ => ended.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Task sweeping = _runner.Sweep(FindRegistered, end.Token);
        bool isWhole = false;
        try
        {
            foreach (FlowScheduleRun run in ended.GetConsumingEnumerable(CancellationToken.None))
            {
                yield return run;
            }

            isWhole = true;
        }
        finally
        {
            if (!isWhole)
            {
                // If the reader stops early, nothing may continue to run, and no claimed tick may stay without a process.
                end.Cancel();
            }

            Task.WhenAll(running, closing, sweeping).GetAwaiter().GetResult();
            _history?.Schedules.WriteEnds(EndPatience, stop);
        }
    }

    /// <summary>A warning for the user, returned once; or null.</summary>
    internal string? TakeWarning() => _history is null
        ? "The history is off, so other runs of the flow are unknown: no run is skipped, queued, or made up for."
        : _history.TakeWarning();

    private static ScheduledFlowFolder RegisteredAt(string historyPath) => new(FlowRegistrations.FolderOf(historyPath), CronExpressions.Parser);

    private static RunHistory? HistoryAt(string path) => Histories.IsOff ? null : Histories.At(path);

    /// <summary>
    /// A flow that the machine's scheduler starts: if its process died, nothing looks at it before it is due again, so the first process that comes reports
    /// it. FlowModule's own scheduler reports its own flows, because it knows their recipients.
    /// </summary>
    private ScheduledFlow? FindRegistered(string name)
    {
        try
        {
            return RegisteredAt(_historyPath).Find(name) is { Using: not FlowScheduleHost.Scheduler } flow ? flow : null;
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            // The process that runs it will report the invalid registration, and the crash too.
            return null;
        }
    }

    private IReadOnlyList<ScheduledTick> DueAt(DateTimeOffset now)
    {
        if (_history is null)
        {
            // Without a history, missed ticks are unknown.
            return DueTicks.Of(Flow, now - ScheduledFlow.BusyFor, now, [], ScheduledFlow.EarlyBy).Run;
        }

        DueTicks due = DueTicks.OfStart(Flow, _history.Schedules.Known(Flow.Name), now);
        if (due.Skipped is { } skipped)
        {
            _history.Schedules.Skip(Flow, skipped, due.Message!);
        }

        // If somebody has edited the entry that starts it, it must run at the edited time, whatever the registration says.
        return due.Run.Count > 0 || Flow.Paused is not null || !IsChanged() ? due.Run : [new ScheduledTick(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute)))];
    }

    private bool IsChanged() => FlowRegistrations.Of(_historyPath).All()
        .Any(registration => registration.Name.Equals(Flow.Name, StringComparison.OrdinalIgnoreCase) && registration.Status == FlowRegistrationStatus.Changed);
}
