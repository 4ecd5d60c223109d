using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Scheduling.Notifications;

namespace FlowModule.Scheduling.Instances;

/// <summary>Notifies the recipients of a failed tick of a scheduled flow.</summary>
/// <param name="history">The history that records the runs of the scripts, or null.</param>
internal sealed class FailureReporter(RunHistory? history)
{
    private readonly FailureNotifier _notifier = new(TimeProvider.System);

    /// <inheritdoc cref="ReportFailure"/>
    internal async Task Report(ScheduledFlow flow, TickRow tick, IReadOnlyList<string> lastLines, CancellationToken stop)
    {
        if (flow.OnFailure.Count == 0)
        {
            return;
        }

        var report = new FailureReport
        {
            ScheduleName = flow.Name,
            ScriptPath = flow.Path,
            ScheduledTime = tick.Time,
            State = tick.State,
            StateName = tick.StateName ?? FlowState.NameOf(tick.State),
            Message = tick.Message,
            ExitCode = tick.ExitCode,
            StartTime = tick.StartTime,
            EndTime = tick.EndTime,
            LogPath = flow.LogPath,
            LogLines = lastLines,
            Runs = RunsOf(flow, tick),
        };
        foreach (string problem in await _notifier.Send(flow.OnFailure, report, stop).ConfigureAwait(false))
        {
            new InstanceLog(flow.LogPath).WriteLine(problem);
        }
    }

    private IReadOnlyList<FailureReportRun> RunsOf(ScheduledFlow flow, TickRow tick)
    {
        try
        {
            // Marks runs of dead processes as Crashed first.
            history?.SweepCrashed(isUrgent: true);
            return history is null
                ? []
                : [.. history.Find(new RunQuery { Schedules = [flow.Name], Tick = tick.Time, OnlyTop = true }).Reverse()
                    .Select(run => new FailureReportRun(run.Id, run.Name, run.FlowName, run.State.Type, run.State.Name, run.State.Message))];
        }
        catch (HistoryException)
        {
            // A report without the runs is better than none.
            return [];
        }
    }
}
