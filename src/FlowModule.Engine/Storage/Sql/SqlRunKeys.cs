using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The users' run keys.</summary>
internal sealed class SqlRunKeys(ISqlSession session, ISqlRunWriter writer) : IRunKeyStore
{
    private string Which => $"{session.Dialect.IsSame("run_key.flow", "$1")} AND run_key.key = $2";

    public Guid Claim(string key, RunChange first)
    {
        RunRow run = first.Run;
        Guid owner = run.Id;
        session.InTransaction(SqlArea.Keys, () =>
        {
            owner = Find(run.Flow.Name, key) ?? run.Id;
            if (owner == run.Id)
            {
                var batch = new HistoryBatch();
                batch.Add(first);
                session.Run($"DELETE FROM run_key WHERE {Which}", run.Flow.Name, key);
                session.Run("INSERT INTO run_key(flow, key, run) VALUES($1, $2, $3)", run.Flow.Name, key, run.Id);
                writer.WriteInside(batch);
            }
        });
        return owner;
    }

    public Guid? Find(string flow, string key)
    {
        // A key is free again when its run was removed, or when its flow is missing so that the run cannot be found.
        IReadOnlyList<Guid> found = session.Query(
            $"SELECT run_key.run FROM run_key JOIN run ON run.id = run_key.run JOIN flow ON flow.id = run.flow WHERE {Which}", static row => row.Id(0), flow, key);
        return found is [var run] ? run : null;
    }
}
