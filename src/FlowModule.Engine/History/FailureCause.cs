using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Decides which failed run is the cause of a failure, and which failures are the last ones.</summary>
internal static class FailureCause
{
    /// <summary>How many failed runs are looked at to find the last failures. Many of them may belong to one failure.</summary>
    private const int MostLatest = 200;

    /// <summary>How many failed child runs are compared with the error of their parent.</summary>
    private const int MostChildren = 100;

    private const string PlaceMark = "\nat ";

    /// <summary>The types of states that are failures.</summary>
    internal static readonly string[] States = [nameof(StateType.Failed), nameof(StateType.Crashed)];

    internal static bool IsFailed(FlowRunRecord run) => run.State.Type is StateType.Failed or StateType.Crashed;

    /// <summary>Whether the run has failed only because runs inside it have, which its message counts.</summary>
    internal static bool CountsFailures(FlowRunRecord run) => run.State.Message?.Contains(FinalStateRule.StatesFailed, StringComparison.Ordinal) == true;

    /// <summary>The child run that failed first, or null.</summary>
    internal static FlowRunRecord? FirstFailed(FlowRunRecord run) => FailedChildren(run).FirstOrDefault();

    /// <summary>
    /// Returns the last failures, the one that ended last first: of each, the outermost failed run. A failed run inside a run that has not failed is a
    /// failure too; of several of them, the first that failed.
    /// </summary>
    internal static IReadOnlyList<FlowRunRecord> Latest(RunHistory history, int count)
    {
        // The runs at the top are asked for separately, because one of them may have more failed runs inside than are looked at.
        IEnumerable<FlowRunRecord> tops = history.Find(new RunQuery { OnlyTop = true, States = States, Last = Math.Max(count, MostLatest) });
        IEnumerable<FlowRunRecord> all = history.Find(new RunQuery { States = States, Last = Math.Max(count, MostLatest) });
        var known = tops.Concat(all).DistinctBy(run => run.Id).ToDictionary(run => run.Id);
        return
        [
            .. known.Values.ToArray().Select(run => Outermost(run, known)).DistinctBy(run => run.Id).GroupBy(run => run.ParentId ?? run.Id)
                .OrderByDescending(failure => failure.Max(EndOf)).ThenByDescending(failure => failure.Key).Take(count).Select(failure => failure.MinBy(EndOf)!),
        ];
    }

    /// <summary>Returns the run if it has failed; otherwise the outermost run inside it that failed first, or null.</summary>
    internal static FlowRunRecord? OfRun(FlowRunRecord run)
    {
        if (IsFailed(run))
        {
            return run;
        }

        IReadOnlyList<FlowRunRecord> inside = run.History.Find(new RunQuery { Tree = run.Id, States = States });
        HashSet<Guid?> failed = [.. inside.Select(static failed => (Guid?)failed.Id)];
        return inside.Where(candidate => !failed.Contains(candidate.ParentId)).MinBy(EndOf);
    }

    /// <summary>
    /// Returns the runs from the top of the tree through this run to the cause of its failure. A failed run is explained by the child run whose error
    /// it has, or, if it counts failures, by the first that failed; a run with an error of its own is the cause itself, also if runs inside it failed before.
    /// </summary>
    internal static IReadOnlyList<FlowRunRecord> PathThrough(FlowRunRecord run)
    {
        List<FlowRunRecord> path = [.. Above(run, known: null), run];
        path.Reverse(0, path.Count - 1);
        while (Explaining(path[^1]) is { } child)
        {
            path.Add(child);
        }

        return path;
    }

    private static DateTimeOffset EndOf(FlowRunRecord run) => run.EndTime ?? run.CreatedTime;

    private static FlowRunRecord? Explaining(FlowRunRecord run)
    {
        if (run.State.Type is not StateType.Failed)
        {
            return null;
        }

        if (CountsFailures(run))
        {
            return FirstFailed(run);
        }

        return run.Error is { Length: > 0 } error
            ? FailedChildren(run).Take(MostChildren).FirstOrDefault(child => MessageOf(child) is { Length: > 0 } message && error.Contains(message, StringComparison.Ordinal))
            : null;
    }

    private static IEnumerable<FlowRunRecord> FailedChildren(FlowRunRecord run) =>
        run.History.Find(new RunQuery { Parent = run.Id, States = States }).OrderBy(EndOf);

    /// <summary>What a parent repeats of a child's error: neither the type of its exception nor its position.</summary>
    private static string? MessageOf(FlowRunRecord run)
    {
        if (run.Error is not { } error)
        {
            return run.State.Message;
        }

        int place = error.LastIndexOf(PlaceMark, StringComparison.Ordinal);
        int type = error.IndexOf(": ", StringComparison.Ordinal);
        return (place < 0 ? error : error[..place])[(type < 0 ? 0 : type + 2)..];
    }

    private static FlowRunRecord Outermost(FlowRunRecord run, Dictionary<Guid, FlowRunRecord> known) => Above(run, known).LastOrDefault(IsFailed) ?? run;

    /// <summary>The runs that a run is inside of, the nearest first.</summary>
    private static IEnumerable<FlowRunRecord> Above(FlowRunRecord run, Dictionary<Guid, FlowRunRecord>? known)
    {
        Guid? next = run.ParentId;
        while (next is { } id && (known?.GetValueOrDefault(id) ?? run.History.Find(id)) is { } parent)
        {
            known?.TryAdd(id, parent);
            yield return parent;
            next = parent.ParentId;
        }
    }
}
