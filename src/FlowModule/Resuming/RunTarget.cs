using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Lookup;

namespace FlowModule.Resuming;

/// <summary>A run that a person names: as the history has it, or as it is in this process.</summary>
/// <param name="Record">What the history has of it; null when it is not recorded.</param>
/// <param name="Active">The run itself, if it runs in this process.</param>
internal sealed record RunTarget(FlowRunRecord? Record, FlowRun? Active)
{
    internal Guid Id => Record?.Id ?? Active!.Id;

    internal string Name => Record?.Name ?? Active!.Name;

    internal string FlowName => Record?.FlowName ?? Active!.FlowName;

    /// <summary>The target that a person gives. Of several runs of a name the newest is meant, and a flow run before others.</summary>
    /// <param name="value">What stands for it.</param>
    /// <param name="where">The history to look in; null when it is off.</param>
    /// <param name="isId">Whether it is given for an id.</param>
    /// <exception cref="FlowException">There is none, or the history is off.</exception>
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
