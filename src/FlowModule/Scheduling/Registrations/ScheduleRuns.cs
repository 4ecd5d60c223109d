using System.Management.Automation;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage;
using FlowModule.History;

namespace FlowModule.Scheduling.Registrations;

/// <summary>The outcomes of the occurrences of scheduled flows in a history. If there is no history, nothing is known; reading creates none.</summary>
/// <param name="historyPath">The address of the history.</param>
internal sealed class ScheduleRuns(string historyPath)
{
    private readonly TickCoordinator? _coordinator = !Histories.IsOff && Histories.At(historyPath) is { Exists: true } history ? history.Schedules : null;

    /// <summary>The last occurrences of the flows with these names or patterns, the newest of each first.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal IReadOnlyList<FlowScheduleRun> Last(IReadOnlyList<WildcardPattern> patterns, int count) => Ask(coordinator =>
        (IReadOnlyList<FlowScheduleRun>)[.. coordinator.Names().Where(name => patterns.Any(pattern => pattern.IsMatch(name))).SelectMany(name => coordinator.Last(name, count)).Select(tick => tick.ToRun())]) ?? [];

    /// <summary>Sets the time and the end state of the last run on a registration.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal void Note(FlowRegistration registration)
    {
        if (Ask(coordinator => coordinator.Last(registration.Name, 1)) is [var tick] && tick.ToRun() is var run)
        {
            registration.LastRun = run.StartTime ?? run.ScheduledTime;
            registration.LastState = run.StateName;
        }
    }

    private T? Ask<T>(Func<TickCoordinator, T> ask)
        where T : class?
    {
        try
        {
            return _coordinator is null ? null : ask(_coordinator);
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unusable(exception);
        }
    }
}
