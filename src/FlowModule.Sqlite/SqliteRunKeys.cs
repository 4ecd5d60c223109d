using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The users' run keys, on the connection that writes.</summary>
internal sealed class SqliteRunKeys(SqliteConnection connection, SqliteWriter writer) : IRunKeyStore
{
    internal const string Tables =
        """
        CREATE TABLE run_key(flow TEXT NOT NULL COLLATE NOCASE, key TEXT NOT NULL, run BLOB NOT NULL, PRIMARY KEY(flow, key)) WITHOUT ROWID;
        CREATE INDEX run_key_run ON run_key(run);
        """;

    public Guid Claim(string key, RunChange first) => SqliteFaults.Guard(connection, () =>
    {
        RunRow run = first.Run;
        Guid owner = run.Id;
        writer.InTransaction(() =>
        {
            writer.LearnNumbers();

            // A key is free again when its run was removed, or when its flow is missing so that the run cannot be found.
            using var find = new SqliteStatement(
                connection,
                "SELECT run_key.run FROM run_key JOIN run ON run.id = run_key.run JOIN flow ON flow.id = run.flow WHERE run_key.flow = $1 AND run_key.key = $2",
                2);
            if (find.Scalar(run.Flow.Name, key) is byte[] id)
            {
                owner = new Guid(id, bigEndian: true);
                return;
            }

            using var claim = new SqliteStatement(connection, "INSERT OR REPLACE INTO run_key(flow, key, run) VALUES($1, $2, $3)", 3);
            claim.Run(run.Flow.Name, key, run.Id);
            writer.Write(first);
            writer.WriteLatest(first);
        });
        return owner;
    });
}
