using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <content>What can be asked of a history.</content>
internal sealed partial class RunHistory
{
    internal IReadOnlyList<FlowRunRecord> Find(RunQuery query) => Read(store => Find(store, query));

    internal FlowRunRecord? Find(Guid id) => Find(new RunQuery { Ids = [id] }) is [var run, ..] ? run : null;

    /// <summary>A run and all inside of it, each one's children behind it; empty when there is no such run.</summary>
    internal IReadOnlyList<FlowRunRecord> Tree(Guid top) => RunTree.Arrange(Find(new RunQuery { Tree = top }), top);

    /// <summary>The flow run that was made last, or null.</summary>
    internal FlowRunRecord? Newest() => Find(new RunQuery { Kinds = [RunKind.Flow], Last = 1 }) is [var run] ? run : null;

    private List<FlowRunRecord> Find(IHistoryStore store, RunQuery query)
    {
        DateTimeOffset now = _time.GetLocalNow();
        return [.. store.Find(query).Select(run => new FlowRunRecord(this, run, now))];
    }

    internal FlowStateRecord[] States(Guid run) => Read(store => store.States(run));

    internal IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => Read(store => store.Logs(query));

    /// <summary>The lines that a query asks for, with the states of the runs between them, oldest first. A long log is read piece by piece.</summary>
    internal IEnumerable<FlowLogRecord> Lines(LogQuery query) => new LogReading(this, query).Lines();

    /// <summary>How many runs are in each state inside of a run, at any depth.</summary>
    internal IReadOnlyDictionary<StateType, int> CountInside(Guid run) => Read(store => store.CountInside(run));

    /// <summary>The names of all flows and tasks that there are runs of, in alphabetical order.</summary>
    internal IReadOnlyList<string> FlowNames() => Read(static store => store.FlowNames());

    /// <summary>The text of a script by its hash; null when it is not kept.</summary>
    internal string? Script(string hash) => Read(store => store.Script(hash));

    /// <summary>A number that is another one whenever something was written since.</summary>
    internal long ChangeNumber() => Read(static store => store.ChangeNumber());

    /// <summary>A value of a run; null when there is none or it was not kept.</summary>
    internal object? Value(Guid run, RunValue value) => Read(store => store.Value(run, value)).Text is { } text ? Values.Decode(text) : null;

    /// <summary>A value of a run as the text that is kept, or why it is not.</summary>
    internal string? Text(Guid run, RunValue value)
    {
        (string? text, string? note) = Read(store => store.Value(run, value));
        return text ?? note;
    }
}
