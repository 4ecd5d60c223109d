using System.Collections.Concurrent;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;

namespace FlowModule.Dashboard.Reading;

/// <summary>
/// Reads the history for the pages. Simultaneous requests of several visitors share one query: answers are cached until the next write.
/// No query reads the whole history: lists are read page by page.
/// </summary>
internal sealed class HistoryReader(RunHistory history, TimeProvider time)
{
    /// <summary>The highest number of runs to count.</summary>
    internal const int MostCounted = 1000;

    /// <summary>How many runs a flow's strip shows.</summary>
    internal const int StripLength = 20;

    private const int MostInner = 20_000;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    // Ids contain the creation time in milliseconds, by the clock of the run's process.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<(string What, object Key), Lazy<object?>> _answers = new();

    // A run's input never changes.
    private readonly ConcurrentDictionary<Guid, string?> _inputs = new();
    private volatile bool _isWatched;

    internal RunHistory History => history;

    internal string Location => history.Location;

    /// <summary>Whether the history exists. Reading must not create one.</summary>
    internal bool Exists => history.Exists;

    /// <summary>The current fault of the history, or null.</summary>
    internal string? Trouble => history.Trouble?.Message;

    /// <summary>Calls an action soon after each write, until the result is disposed. Meanwhile, answers are cached until the next write.</summary>
    internal IDisposable Watch(Action changed)
    {
        IDisposable watching = history.WatchPatiently(() =>
        {
            Forget();
            changed();
        });
        Forget();
        _isWatched = true;
        return new Watching(this, watching);
    }

    /// <summary>Clears the cached answers after a write.</summary>
    internal void Forget()
    {
        _answers.Clear();
        if (_inputs.Count > MostInner)
        {
            _inputs.Clear();
        }
    }

    /// <summary>Ends the runs of dead processes, which would otherwise be shown as running forever.</summary>
    internal void Sweep()
    {
        if (Exists)
        {
            history.SweepCrashed();
        }
    }

    internal RunSlice Runs(RunFilter filter) => Once(nameof(Runs), (filter, Minute(filter)), () =>
    {
        IReadOnlyList<FlowRunRecord> found = history.Find(QueryOf(filter) with { Last = filter.Size + 1 });
        return new RunSlice([.. found.Take(filter.Size).Select(RunRows.Of)], found.Count > filter.Size);
    }) ?? new RunSlice([], HasMore: false);

    /// <summary>Returns a run in the form that actions need, or null.</summary>
    internal FlowRunRecord? Find(Guid id) => history.Find(id);

    internal RunRow? Run(Guid id) => Exists && history.Find(id) is { } run ? RunRows.Of(run) : null;

    /// <summary>A run's input in a few words, or null.</summary>
    internal string? InputOf(Guid id) => _inputs.GetOrAdd(id, static (id, history) => history.Find(id) is { } run ? history.Values.DescribeInput(run) : null, history);

    /// <summary>Returns a run and its descendants, each followed by its children.</summary>
    internal IReadOnlyList<RunRow> Tree(Guid id) => Once(nameof(Tree), id, () =>
        (IReadOnlyList<RunRow>)[.. RunTree.Arrange(history.Find(new RunQuery { Tree = id, Last = MostInner }), id).Select(RunRows.Of)]) ?? [];

    internal IReadOnlyList<StateRow> States(Guid id) => Exists ? [.. history.States(id).Select(static state => new StateRow(state.Type, state.Name, state.Message, state.Timestamp, state.ScheduledTime))] : [];

    /// <summary>A value of a run as text.</summary>
    internal ValueRow Value(Guid id, RunValue value) => Exists ? ValueTexts.Of(history, id, value) : new ValueRow(null, null);

    /// <summary>Why a run is in its state, with the first failed run inside it.</summary>
    internal string? Reason(Guid id) => Once<string>(nameof(Reason), id, () => history.Find(id)?.Reason);

    /// <summary>The lines of the script around a run's error; null if the error is not in the script.</summary>
    internal ScriptExcerpt? Excerpt(Guid id, string error) => Find(id) is { } run ? ScriptExcerpt.Of(run, error) : null;

    internal string? Script(string hash) => Exists ? history.Script(hash) : null;

    internal LogPage Log(LogFilter filter) => Once(nameof(Log), filter, () => LogRows.Read(history, filter)) ?? new LogPage([], HasEarlier: false, filter.After);

    /// <summary>Returns the flows that have runs without a parent, with their last runs.</summary>
    internal IReadOnlyList<FlowRow> Flows() => Once(nameof(Flows), string.Empty, () =>
        (IReadOnlyList<FlowRow>)[.. LastOfEachFlow().GroupBy(static run => run.FlowName, StringComparer.OrdinalIgnoreCase).Select(static runs => new FlowRow(runs.First().FlowName, [.. runs]))]) ?? [];

    internal FlowRow Flow(string name) => Once(nameof(Flow), name, () => new FlowRow(
        name, [.. history.Find(new RunQuery { FlowNames = [Literally(name)], OnlyTop = true, Last = StripLength }).Select(RunRows.Of)])) ?? new FlowRow(name, []);

    /// <summary>Returns the names of all flows that have runs; if they may run inside of others, also of those that never ran by themselves, and of tasks.</summary>
    internal IReadOnlyList<string> FlowNames(bool includesInner) => includesInner
        ? Once(nameof(FlowNames), string.Empty, history.FlowNames) ?? []
        : [.. Flows().Select(static flow => flow.Name).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Returns the names of the scheduled flows that have runs.</summary>
    internal IReadOnlyList<string> ScheduleNames() => Once(nameof(ScheduleNames), string.Empty, () => history.Read(static store => store.Schedules.Names())) ?? [];

    /// <summary>The last runs that a scheduled flow has started.</summary>
    internal IReadOnlyList<RunRow> RunsOf(string schedule) => Once(nameof(RunsOf), schedule, () =>
        (IReadOnlyList<RunRow>)[.. history.Find(new RunQuery { Schedules = [Literally(schedule)], OnlyTop = true, Last = StripLength }).Select(RunRows.Of)]) ?? [];

    /// <summary>Returns the unanswered questions of unfinished runs.</summary>
    internal IReadOnlyList<QuestionRow> Questions() => Once(nameof(Questions), string.Empty, () =>
        (IReadOnlyList<QuestionRow>)[.. history.Read(static store => store.Inputs.Open()).Select(QuestionOf).Where(static question => IsWanted(question.RunRow))]) ?? [];

    internal Overview Overview() => Once(nameof(Overview), Minute(), () =>
    {
        DateTimeOffset since = time.GetUtcNow() - Day;
        int running = Count(new RunQuery { OnlyTop = true, OnlyOpen = true });
        int failed = Count(new RunQuery { OnlyTop = true, Since = since, States = [nameof(StateType.Failed), nameof(StateType.Crashed)] });
        int completed = Count(new RunQuery { OnlyTop = true, Since = since, States = [nameof(StateType.Completed)] });
        return new Overview(running, failed, completed, Questions().Count, Math.Max(failed, completed) >= MostCounted);
    }) ?? new Overview(0, 0, 0, 0, IsCapped: false);

    /// <summary>Returns the flow run of a process that was started here; null until the run exists.</summary>
    /// <param name="process">The process.</param>
    /// <param name="since">When it was started.</param>
    /// <param name="resumed">The run that it continues, or null for a new one.</param>
    /// <param name="schedule">The scheduled flow that it runs, or null: the script has its own process.</param>
    internal RunRow? Begun(int process, DateTimeOffset since, Guid? resumed, string? schedule)
    {
        if (!Exists)
        {
            return null;
        }

        IEnumerable<RunRow> found = resumed is { } id ? Run(id) is { } run ? [run] : []
            : history.Find(new RunQuery { OnlyTop = true, Last = MostCounted, Since = since - Slack, Schedules = schedule is null ? [] : [Literally(schedule)] }).Select(RunRows.Of);
        return found.LastOrDefault(run => schedule is not null || (run.Process == process && run.Computer == Environment.MachineName));
    }

    /// <summary>Returns the unfinished runs by their process.</summary>
    internal ILookup<(string?, int?), RunRow> OpenRuns() => (Exists ? history.Find(new RunQuery { OnlyOpen = true, Last = MostCounted }) : [])
        .Select(RunRows.Of).ToLookup(static run => (run.Computer, run.Process));

    private IEnumerable<RunRow> LastOfEachFlow()
    {
        DateTimeOffset now = time.GetLocalNow();
        return history.Read(static store => store.LastOfEachFlow(StripLength)).Select(run => RunRows.Of(new FlowRunRecord(history, run, now)));
    }

    private static bool IsWanted(RunRow? run) => run is { IsOver: false } or { State: StateType.Paused };

    private QuestionRow QuestionOf(InputQuestion question) =>
        new(question.Run, question.Name, question.Prompt, question.Type, question.Choices, question.Asked, Run(question.Run));

    private int Count(RunQuery query) => history.Read(store => store.Count(query with { Last = MostCounted }));

    private RunQuery QueryOf(RunFilter filter) => new()
    {
        Words = filter.Words,
        FlowNames = filter.Flow is { } flow ? [Literally(flow)] : [],
        States = filter.State is { } state && state != "open" ? [state] : [],
        OnlyOpen = filter.State == "open",
        Schedules = filter.Schedule is { } schedule ? [Literally(schedule)] : [],
        Tags = filter.Tag is { } tag ? [Literally(tag)] : [],
        Parent = filter.Parent,
        OnlyTop = !filter.IncludesInner && filter.Parent is null,
        Since = filter.Age is { } age ? time.GetUtcNow() - age : null,
        Below = filter.Below,
    };

    /// <summary>Escapes a name, so that the pattern matches only this name.</summary>
    private static string Literally(string name) => System.Management.Automation.WildcardPattern.Escape(name);

    // The result of a query by age changes over time, even without writes.
    private long Minute(RunFilter? filter = null) => filter is { Age: null } ? 0 : time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private T? Once<T>(string what, object key, Func<T?> read)
        where T : class
    {
        if (!Exists)
        {
            return null;
        }

        // Without a watch, the cache would not be cleared.
        if (!_isWatched)
        {
            return read();
        }

        Lazy<object?> answer = _answers.GetOrAdd((what, key), _ => new Lazy<object?>(read));
        try
        {
            return (T?)answer.Value;
        }
        catch
        {
            // The next request tries again.
            _answers.TryRemove(new KeyValuePair<(string, object), Lazy<object?>>((what, key), answer));
            throw;
        }
    }

    private sealed class Watching(HistoryReader reader, IDisposable watching) : IDisposable
    {
        public void Dispose()
        {
            reader._isWatched = false;
            watching.Dispose();
            reader.Forget();
        }
    }
}
