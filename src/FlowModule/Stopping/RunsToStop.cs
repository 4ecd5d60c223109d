using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Flows;
using FlowModule.Lookup;

namespace FlowModule.Stopping;

/// <summary>Finds the runs that a user wants to stop: first among those of this process, then in the history.</summary>
/// <param name="history">The history, or null if there is none.</param>
/// <param name="report">Receives errors for runs that do not exist or have ended.</param>
internal sealed class RunsToStop(RunHistory? history, Action<FlowException> report)
{
    /// <summary>The runs that a value names: all active runs, if it is a name.</summary>
    /// <param name="value">The run, state, id or name.</param>
    /// <param name="isId">Whether the value must be an id.</param>
    internal IEnumerable<StoppedRun> Find(object? value, bool isId = false)
    {
        try
        {
            var reference = RunReference.Of(value, isId, () => history, ActiveRuns.All());
            return reference.Run is { } run ? Here(run)
                : reference.Id is not { } id ? ByName(reference.Text)
                : ActiveRuns.Find(id) is { } here ? [new StoppedRun(here)]
                : Elsewhere((reference.History ?? history)?.Find(id), reference.Text);
        }
        catch (FlowException exception)
        {
            report(exception);
            return [];
        }
    }

    private IEnumerable<StoppedRun> ByName(string name)
    {
        WildcardPattern? pattern = FlowNames.Wildcard(name);

        // In this order: a run of this process that begins in between is in the list of active runs, and recorded later.
        IReadOnlyList<FlowRunRecord> open = history?.Find(new RunQuery { Names = [name], OnlyOpen = true }) ?? [];
        FlowRun[] here = [.. ActiveRuns.All().Where(run => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase) || pattern?.IsMatch(run.Name) == true)];
        FlowRunRecord[] elsewhere = [.. open.Where(run => ActiveRuns.Find(run.Id) is null)];
        if (here.Length + elsewhere.Length > 0 || pattern is not null)
        {
            return [.. here.Select(run => new StoppedRun(run)), .. elsewhere.Select(run => new StoppedRun(run))];
        }

        return Elsewhere(history?.Find(new RunQuery { Names = [name], Last = 1 }) is [var last, ..] ? last : null, name);
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
            // It may have begun in this process since that was checked.
            return [ActiveRuns.Find(run.Id) is { } here ? new StoppedRun(here) : new StoppedRun(run)];
        }

        report(run is null ? StopErrors.NotFound(what) : StopErrors.NotActive(run));
        return [];
    }
}
