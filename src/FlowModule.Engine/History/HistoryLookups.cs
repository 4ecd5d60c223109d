using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>What can be asked of a history.</summary>
internal static class HistoryLookups
{
    internal static IReadOnlyList<FlowRunRecord> Find(this RunHistory history, RunQuery query) => history.Read(store => history.Find(store, query));

    internal static FlowRunRecord? Find(this RunHistory history, Guid id) => history.Find(new RunQuery { Ids = [id] }) is [var run, ..] ? run : null;

    /// <summary>A run and all inside of it, each one's children behind it; empty when there is no such run.</summary>
    internal static IReadOnlyList<FlowRunRecord> Tree(this RunHistory history, Guid top) => RunTree.Arrange(history.Find(new RunQuery { Tree = top }), top);

    /// <summary>The outermost run that was made last, of a flow or ad hoc; null without one.</summary>
    internal static FlowRunRecord? Newest(this RunHistory history) => history.Find(RunQuery.OfOutermost with { Last = 1 }) is [var run] ? run : null;

    internal static FlowStateRecord[] States(this RunHistory history, Guid run) => history.Read(store => store.States(run));

    internal static IReadOnlyList<FlowLogRecord> Logs(this RunHistory history, LogQuery query) => history.Read(store => store.Logs(query));

    /// <summary>The lines that a query asks for, with the states of the runs between them, oldest first. A long log is read piece by piece.</summary>
    internal static IEnumerable<FlowLogRecord> Lines(this RunHistory history, LogQuery query) => new LogReading(history, query).Lines();

    /// <summary>How many runs are in each state inside of a run, at any depth.</summary>
    internal static IReadOnlyDictionary<StateType, int> CountInside(this RunHistory history, Guid run) => history.Read(store => store.CountInside(run));

    /// <summary>The names of all flows and tasks that there are runs of, in alphabetical order.</summary>
    internal static IReadOnlyList<string> FlowNames(this RunHistory history) => history.Read(static store => store.FlowNames());

    /// <summary>The text of a script by its hash; null when it is not kept.</summary>
    internal static string? Script(this RunHistory history, string hash) => history.Read(store => store.Script(hash));

    /// <summary>A value of a run; null when there is none or it was not kept.</summary>
    internal static object? Value(this RunHistory history, Guid run, RunValue value) =>
        history.Read(store => store.Value(run, value)).Text is { } text ? history.Values.Decode(text) : null;

    /// <summary>A value of a run as the text that is kept, or why it is not.</summary>
    internal static string? Text(this RunHistory history, Guid run, RunValue value)
    {
        (string? text, string? note) = history.Read(store => store.Value(run, value));
        return text ?? note;
    }

    /// <summary>How much there is.</summary>
    internal static HistoryStatistics Statistics(this RunHistory history) => history.Change(static store => store.Retention.Statistics());

    /// <summary>Sees that a history in a file is whole. One that is not is set aside, and a new one begun.</summary>
    /// <exception cref="HistoryException">It is damaged, or cannot be read.</exception>
    internal static void CheckWhole(this RunHistory history) => history.Read(static store =>
    {
        store.File?.CheckWhole();
        return true;
    });

    /// <summary>Returns the average duration of the latest completed runs of a run's flow; null without one.</summary>
    internal static TimeSpan? UsualDuration(this RunHistory history, FlowRun run)
    {
        const int Latest = 20;
        if (run.FlowName.AsSpan().IndexOfAny("*?[") >= 0)
        {
            return null;
        }

        try
        {
            var query = new RunQuery { FlowNames = [run.FlowName], Kinds = [run.Kind], States = [nameof(StateType.Completed)], Last = Latest };
            TimeSpan[] times = [.. history.Find(query).Select(static earlier => earlier.Duration)];
            return times.Length == 0 ? null : TimeSpan.FromSeconds(times.Average(static time => time.TotalSeconds));
        }
        catch (HistoryException)
        {
            // This is only an estimate; the recorded runs report the history's trouble.
            return null;
        }
    }
}
