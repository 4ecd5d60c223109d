using System.Management.Automation;
using FlowModule.Engine;
using FlowModule.Hosting.History;
using FlowModule.Hosting.Scheduling.Registrars;

namespace FlowModule.Hosting.Scheduling;

/// <summary>Runs a registered flow, because somebody wants it now or because the machine's scheduler says that it is time.</summary>
internal sealed class ScheduleInvocation
{
    private readonly RunHistory? _history;
    private readonly ScheduledRunner _runner;

    private ScheduleInvocation(ScheduledFlow flow, string historyPath)
    {
        Flow = flow;
        _history = HistoryAt(historyPath);
        _runner = RunnerFor(historyPath);
    }

    internal ScheduledFlow Flow { get; }

    /// <summary>The registration of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="historyPath">The file of the history that it belongs to.</param>
    /// <exception cref="FlowException">There is none, or it cannot be read.</exception>
    internal static ScheduleInvocation Of(string name, string historyPath)
    {
        Histories.RequireMode();
        var folder = new ScheduledFlowFolder(FlowRegistrations.FolderOf(historyPath), CronExpressions.Parser);
        try
        {
            return new ScheduleInvocation(folder.Find(name) ?? throw ScheduleErrors.NotFound(name), historyPath);
        }
        catch (Exception exception) when (exception is FormatException or ScheduleException or IOException or UnauthorizedAccessException)
        {
            throw new FlowException(
                $"The registration of '{name}' cannot be read: {exception.Message} Register it again.", "FlowScheduleDamaged", ErrorCategory.InvalidData, folder.FileOf(name), exception);
        }
    }

    /// <summary>What runs flows for a history; without one each time runs at once.</summary>
    internal static ScheduledRunner RunnerFor(string historyPath)
    {
        RunHistory? history = HistoryAt(historyPath);
        return new ScheduledRunner(history, Path.GetFullPath(historyPath), TimeProvider.System, new FailureReporter(history).Report);
    }

    /// <summary>Runs it, and gives each time when it has ended; the last is the one that it was called for.</summary>
    /// <param name="isDue">Whether the machine's scheduler wants it: then what was missed is made up for first, as the flow says.</param>
    /// <param name="stop">Fires when what runs is to be stopped.</param>
    internal IEnumerable<FlowScheduleRun> Run(bool isDue, CancellationToken stop)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        if (!isDue)
        {
            yield return Run(new ScheduledTick(now, IsManual: true), stop);
            yield break;
        }

        DateTimeOffset due = DueTick.Of(Flow, now, time => _history?.Schedules.IsTaken(Flow.Name, time) == true);
        MissedTicks missed = _history is null ? MissedTicks.None : MissedTicks.Of(Flow, _history.Schedules.LastTime(Flow.Name), due);
        if (missed.Skipped is { } skipped)
        {
            _history!.Schedules.Skip(Flow, skipped, missed.Message!);
        }

        foreach (DateTimeOffset time in missed.Run)
        {
            if (!stop.IsCancellationRequested)
            {
                yield return Run(new ScheduledTick(time, IsMissed: true), stop);
            }
        }

        yield return Run(new ScheduledTick(due), stop);
    }

    /// <summary>What a person has to be told, once; or null.</summary>
    internal string? TakeWarning() => _history is null
        ? "The history is off: nothing is known of other runs of the flow, and none is skipped, waited for, or made up for."
        : _history.TakeWarning();

    private static RunHistory? HistoryAt(string path) => Histories.IsOff ? null : Histories.At(path);

    private FlowScheduleRun Run(in ScheduledTick tick, CancellationToken stop) => _runner.Run(Flow, tick, stop).GetAwaiter().GetResult();
}
