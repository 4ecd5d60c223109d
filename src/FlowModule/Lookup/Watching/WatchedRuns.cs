using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Lookup.Watching;

/// <summary>The runs that are watched, as they are in the history now.</summary>
/// <param name="runs">The runs.</param>
/// <param name="level">The lowest level of the log lines that are shown.</param>
internal sealed class WatchedRuns(IReadOnlyList<FlowRunRecord> runs, FlowLogLevel level)
{
    /// <summary>In a larger tree, inputs are left out: each would need a query of its own.</summary>
    private const int MostDescribed = 500;

    /// <summary>How many lines of a log are kept.</summary>
    private const int MostLines = 10_000;

    private readonly Dictionary<Guid, string?> _inputs = [];
    private Dictionary<Guid, FlowRunRecord> _records = [];
    private LogReading? _log;
    private readonly List<string> _lines = [];

    /// <summary>The watched runs as they were at the last look.</summary>
    internal IReadOnlyList<FlowRunRecord> Runs { get; private set; } = runs;

    internal bool AreOver => Runs.All(static run => run.IsOver);

    /// <summary>A run of the tree at the last look.</summary>
    internal FlowRunRecord? Find(Guid id) => _records.GetValueOrDefault(id);

    /// <summary>Reads the trees of the runs.</summary>
    internal IReadOnlyList<WatchRow> Look()
    {
        // Runs of a dead process would never end without this.
        foreach (RunHistory history in Runs.Select(static run => run.History).Distinct())
        {
            history.SweepCrashed();
        }

        // A run that was removed meanwhile stays as it was, and counts as ended.
        List<FlowRunRecord>[] trees = [.. Runs.Select(static run => run.History.Tree(run.Id).ToList())];
        Runs = [.. Runs.Zip(trees, static (run, tree) => tree.Count > 0 ? tree[0] : run)];
        List<FlowRunRecord> all = [.. trees.SelectMany(static tree => tree)];
        _records = all.DistinctBy(static run => run.Id).ToDictionary(static run => run.Id);
        return [.. all.Select(run => Row(run, isDescribed: all.Count <= MostDescribed))];
    }

    /// <summary>Opens the log of a run, with the runs in it.</summary>
    internal void OpenLog(FlowRunRecord run)
    {
        _lines.Clear();
        _log = new LogReading(run.History, new LogQuery(run.Id) { Level = level });
    }

    internal void CloseLog() => _log = null;

    /// <summary>The lines of the open log so far; empty without one.</summary>
    internal IReadOnlyList<string> Lines()
    {
        if (_log is null)
        {
            return [];
        }

        _lines.AddRange(_log.Next(isLast: false).SelectMany(static line => line.ToString().ReplaceLineEndings("\n").Split('\n')));
        _lines.RemoveRange(0, Math.Max(0, _lines.Count - MostLines));
        return [.. _lines];
    }

    private WatchRow Row(FlowRunRecord run, bool isDescribed)
    {
        string? input = null;
        if (isDescribed && !_inputs.TryGetValue(run.Id, out input))
        {
            _inputs[run.Id] = input = RunText.InputOf(run);
        }

        return new WatchRow(run.Id, run.Depth, run.State.Type, run.State.Name, run.Duration, run.FlowName, run.Name, input, run.State.Message, RunName.TaskOf(run.Kind, run.FlowName));
    }
}
