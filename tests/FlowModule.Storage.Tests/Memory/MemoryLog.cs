using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Reads logs.</summary>
internal sealed class MemoryLog(MemoryTables tables)
{
    internal IReadOnlyList<FlowLogRecord> Lines(LogQuery query)
    {
        Dictionary<Guid, MemoryRun> runs = Runs(query);
        IEnumerable<FlowLogRecord> lines =
            from line in tables.Log
            where runs.ContainsKey(line.Value.RunId) && line.Value.Level >= query.Level && line.Key > query.After
                && line.Key < (query.Before ?? long.MaxValue)
                && (query.Text is null || line.Value.Message.Contains(query.Text, StringComparison.OrdinalIgnoreCase))
                && (query.Since is null || line.Value.Time >= query.Since)
            select new FlowLogRecord
            {
                Number = line.Key,
                Time = line.Value.Time.ToLocalTime(),
                Level = line.Value.Level,
                Message = line.Value.Message,
                RunId = line.Value.RunId,
                RunName = runs[line.Value.RunId].Row.Name,
                FlowName = runs[line.Value.RunId].Row.Flow.Name,
            };
        lines = query.Tail is { } tail ? lines.TakeLast(tail) : query.First is { } first ? lines.Take(first) : lines;
        return [.. lines];
    }

    internal IReadOnlyList<FlowLogRecord> States(LogQuery query) =>
    [
        .. from run in Runs(query).Values
           from state in run.States
           where query.Since is null || state.Value.Timestamp >= query.Since
           orderby state.Value.Timestamp, run.Row.Id, state.Key
           select FlowLogRecord.Of(state.Value, run.Row.Id, run.Row.Name, run.Row.Flow.Name),
    ];

    private Dictionary<Guid, MemoryRun> Runs(LogQuery query) => (query.Tree ? new MemoryQuery(tables).Inside(query.Run)
        : tables.Runs.Values.Where(run => run.Row.Id == query.Run)).ToDictionary(run => run.Row.Id);
}
