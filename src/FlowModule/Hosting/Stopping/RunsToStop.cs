using System.Management.Automation;
using FlowModule.Commands;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Hosting.Stopping;

/// <summary>Finds the runs that a person wants stopped: first among those of this process, then in the history.</summary>
/// <param name="history">The history, or null when there is none to look in.</param>
/// <param name="report">Takes what cannot be found, or is over.</param>
internal sealed class RunsToStop(RunHistory? history, Action<FlowException> report)
{
    internal IEnumerable<StoppedRun> ById(Guid id)
    {
        if (ActiveRuns.Find(id) is { } here)
        {
            return [new StoppedRun(here)];
        }

        return Elsewhere(history?.Find(id), id.ToString());
    }

    internal IEnumerable<StoppedRun> ByName(string name)
    {
        WildcardPattern? pattern = FlowNames.Wildcard(name);
        FlowRun[] here = [.. ActiveRuns.All().Where(run => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase) || pattern?.IsMatch(run.Name) == true)];
        FlowRunRecord[] elsewhere =
        [
            .. (history?.Find(new RunQuery { Names = [name], OnlyOpen = true }) ?? []).Where(run => ActiveRuns.Find(run.Id) is null),
        ];
        if (here.Length + elsewhere.Length > 0 || pattern is not null)
        {
            return [.. here.Select(run => new StoppedRun(run)), .. elsewhere.Select(run => new StoppedRun(run))];
        }

        return Elsewhere(history?.Find(new RunQuery { Names = [name], Last = 1 }) is [var last, ..] ? last : null, name);
    }

    internal IEnumerable<StoppedRun> ByObject(object? value)
    {
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case FlowState state:
                return Here(state.Run);
            case FlowRun run:
                return Here(run);
            case FlowRunRecord record:
                return ActiveRuns.Find(record.Id) is { } here ? [new StoppedRun(here)] : Elsewhere(record.History.Find(record.Id), record.Id.ToString());
            case Guid id:
                return ById(id);
            case string name:
                return Guid.TryParse(name, out Guid parsed) ? ById(parsed) : ByName(name);
            default:
                report(LookingErrors.RunExpected(value));
                return [];
        }
    }

    private IEnumerable<StoppedRun> Here(FlowRun run)
    {
        if (!run.State.IsFinal && !run.IsOver)
        {
            return [new StoppedRun(run)];
        }

        report(StopErrors.NotActive(run));
        return [];
    }

    private IEnumerable<StoppedRun> Elsewhere(FlowRunRecord? run, string what)
    {
        if (run is { IsOver: false })
        {
            return [new StoppedRun(run)];
        }

        report(run is null ? StopErrors.NotFound(what) : StopErrors.NotActive(run));
        return [];
    }
}
