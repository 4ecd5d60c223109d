namespace FlowModule.Engine;

/// <content>What can be asked of a history.</content>
internal sealed partial class RunHistory
{
    internal IReadOnlyList<FlowRunRecord> Find(RunQuery query) => Read(store => store.Find(query));

    internal FlowRunRecord? Find(Guid id) => Find(new RunQuery { Ids = [id] }) is [var run, ..] ? run : null;

    /// <summary>A run and all inside of it, each one's children behind it; empty when there is no such run.</summary>
    internal IReadOnlyList<FlowRunRecord> Tree(Guid top) => RunTree.Arrange(Find(new RunQuery { Tree = top }), top);

    /// <summary>The flow run that was made last, or null.</summary>
    internal FlowRunRecord? Newest() => Find(new RunQuery { Kinds = [RunKind.Flow], Last = 1 }) is [var run] ? run : null;

    internal FlowStateRecord[] States(Guid run) => Read(store => store.States(run));

    internal IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => Read(store => store.Logs(query));

    /// <summary>A value of a run; null when there is none or it was not kept.</summary>
    internal object? Value(Guid run, RunValue value) => Read(store => store.Value(run, value)).Text is { } text ? Values.Decode(text) : null;

    /// <summary>A value of a run as the text that is kept, or why it is not.</summary>
    internal string? Text(Guid run, RunValue value)
    {
        (string? text, string? note) = Read(store => store.Value(run, value));
        return text ?? note;
    }
}
