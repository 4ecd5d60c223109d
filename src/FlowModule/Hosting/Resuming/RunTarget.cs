using System.Management.Automation;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Hosting;

/// <summary>A run that a person names: as the history has it, or as it is in this process.</summary>
/// <param name="Record">What the history has of it; null when it is not recorded.</param>
/// <param name="Active">The run itself, if it runs in this process.</param>
internal sealed record RunTarget(FlowRunRecord? Record, FlowRun? Active)
{
    internal Guid Id => Record?.Id ?? Active!.Id;

    internal string Name => Record?.Name ?? Active!.Name;

    internal string FlowName => Record?.FlowName ?? Active!.FlowName;

    /// <summary>The target of a name: of several runs of that name the newest, and a flow run before others.</summary>
    /// <param name="name">The name.</param>
    /// <param name="where">The history to look in; null when it is off.</param>
    /// <exception cref="FlowException">There is none, or the history is off.</exception>
    internal static RunTarget Of(string name, RunHistory? where)
    {
        FlowRun? active = ActiveRuns.All().LastOrDefault(run => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase));
        if (where is not { } history)
        {
            return active is not null ? Of(active) : throw LookingErrors.Off();
        }

        var query = new RunQuery { Names = [WildcardPattern.Escape(name)], Last = 1 };
        FlowRunRecord? found = HistoryAccess.Read(history, history =>
            history.Find(query with { Kinds = [RunKind.Flow] }).Concat(history.Find(query)).FirstOrDefault());
        return found is not null ? new RunTarget(found, ActiveRuns.Find(found.Id)) : active is not null ? Of(active) : throw LookingErrors.RunNotFound(name, history);
    }

    /// <exception cref="FlowException">There is none, or the history is off.</exception>
    internal static RunTarget Of(Guid id, RunHistory? where)
    {
        if (ActiveRuns.Find(id) is { } active)
        {
            return Of(active);
        }

        RunHistory history = where ?? throw LookingErrors.Off();
        return HistoryAccess.Read(history, history => history.Find(id)) is { } found ? new RunTarget(found, Active: null) : throw LookingErrors.RunNotFound(id.ToString(), history);
    }

    /// <summary>The target that an object stands for: a record, a run, a state, a name or an id.</summary>
    /// <exception cref="FlowException">It stands for none.</exception>
    internal static RunTarget Of(object? reference, RunHistory? where) => (reference is PSObject wrapped ? wrapped.BaseObject : reference) switch
    {
        FlowRunRecord record => new RunTarget(record, ActiveRuns.Find(record.Id)),
        FlowRun run => Of(run, where),
        FlowState state => Of(state.Run, where),
        Guid id => Of(id, where),
        string name => Guid.TryParse(name, out Guid id) ? Of(id, where) : Of(name, where),
        _ => throw LookingErrors.RunExpected(reference),
    };

    private static RunTarget Of(FlowRun run, RunHistory? where)
    {
        FlowRun? active = ActiveRuns.Find(run.Id);
        return run.Recording is null && active is null ? Of(run.Id, where) : Of(active ?? run);
    }

    private static RunTarget Of(FlowRun run)
    {
        FlowRunRecord? record = run.Recording is { } recording ? HistoryAccess.Read(recording.History, history => history.Find(run.Id)) : null;
        return new RunTarget(record, run);
    }
}
