using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Lookup;

namespace FlowModule.Resuming;

/// <summary>A run that a user names: its record in the history, the run in this process, or both.</summary>
/// <param name="Record">The record in the history; null if it is not recorded.</param>
/// <param name="Active">The run itself, if it runs in this process.</param>
internal sealed record RunTarget(FlowRunRecord? Record, FlowRun? Active)
{
    internal Guid Id => Record?.Id ?? Active!.Id;

    internal string Name => Record?.Name ?? Active!.Name;

    internal string FlowName => Record?.FlowName ?? Active!.FlowName;

    /// <summary>The target that a value names. If several runs have the name, the newest is used, and a flow run before others.</summary>
    /// <param name="value">The run, state, id or name.</param>
    /// <param name="where">The history to search; null if it is off.</param>
    /// <param name="isId">Whether the value must be an id.</param>
    /// <exception cref="FlowException">There is no such run, or the history is off.</exception>
    internal static RunTarget Of(object? value, RunHistory? where, bool isId = false)
    {
        if ((value is PSObject wrapped ? wrapped.BaseObject : value) is FlowRunRecord record)
        {
            return new RunTarget(record, ActiveRuns.Find(record.Id));
        }

        RunReference Refer(RunHistory? history) => RunReference.Of(value, isId, () => history, ActiveRuns.All());
        RunReference reference = where is null ? Refer(null) : HistoryAccess.Read(where, Refer);
        return reference.Run is { } run ? OfRun(run, where)
            : reference.Id is { } id ? OfId(id, reference.Text, where)
            : OfName(reference.Text, where);
    }

    private static RunTarget OfName(string name, RunHistory? where)
    {
        FlowRun? active = ActiveRuns.All().LastOrDefault(run => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase));
        if (where is not { } history)
        {
            return active is not null ? OfActive(active) : throw LookingErrors.Off();
        }

        var query = new RunQuery { Names = [WildcardPattern.Escape(name)], Last = 1 };
        FlowRunRecord? found = HistoryAccess.Read(history, history =>
            history.Find(query with { Kinds = [RunKind.Flow] }).Concat(history.Find(query)).FirstOrDefault());
        return found is not null ? new RunTarget(found, ActiveRuns.Find(found.Id)) : active is not null ? OfActive(active) : throw LookingErrors.RunNotFound(name, history);
    }

    private static RunTarget OfId(Guid id, string text, RunHistory? where)
    {
        if (ActiveRuns.Find(id) is { } active)
        {
            return OfActive(active);
        }

        RunHistory history = where ?? throw LookingErrors.Off();
        return HistoryAccess.Read(history, history => history.Find(id)) is { } found ? new RunTarget(found, Active: null) : throw LookingErrors.RunNotFound(text, history);
    }

    private static RunTarget OfRun(FlowRun run, RunHistory? where)
    {
        FlowRun? active = ActiveRuns.Find(run.Id);
        return run.Recording is null && active is null ? OfId(run.Id, run.Id.ToString(), where) : OfActive(active ?? run);
    }

    private static RunTarget OfActive(FlowRun run)
    {
        FlowRunRecord? record = run.Recording is { } recording ? HistoryAccess.Read(recording.History, history => history.Find(run.Id)) : null;
        return new RunTarget(record, run);
    }
}
