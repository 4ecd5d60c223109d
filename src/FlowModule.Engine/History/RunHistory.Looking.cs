namespace FlowModule.Engine;

/// <content>What can be asked of a history.</content>
internal sealed partial class RunHistory
{
    internal IReadOnlyList<FlowRunRecord> Find(RunQuery query) => Read(store => store.Find(query));

    internal FlowRunRecord? Find(Guid id) => Find(new RunQuery { Ids = [id] }) is [var run, ..] ? run : null;

    internal FlowStateRecord[] States(Guid run) => Read(store => store.States(run));

    internal IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => Read(store => store.Logs(query));

    internal string? Script(string hash) => Read(store => store.Script(hash));

    /// <summary>A value of a run; null when there is none or it was not kept.</summary>
    internal object? Value(Guid run, RunValue value) => Read(store => store.Value(run, value)).Text is { } text ? Values.Decode(text) : null;

    /// <summary>A value of a run as the text that is kept, or why it is not.</summary>
    internal string? Text(Guid run, RunValue value)
    {
        (string? text, string? note) = Read(store => store.Value(run, value));
        return text ?? note;
    }
}
