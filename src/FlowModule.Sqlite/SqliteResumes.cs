using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Takes over runs of earlier processes, on the connection that writes.</summary>
internal sealed class SqliteResumes(SqliteConnection connection, SqliteWriter writer) : IResumeStore
{
    public bool TryTake(RunSnapshot run, FlowStateRecord next) => SqliteFaults.Guard(connection, () =>
    {
        bool isTaken = false;
        writer.InTransaction(() =>
        {
            // A run only ever gains states: if their number is unchanged, no other process has taken the run over.
            using var take = new SqliteStatement(
                connection,
                """
                UPDATE run SET process = $1, over = 0, ended = NULL, type = $2, state = $3, message = $4, changed = $5, due = NULL, states = states + 1
                WHERE id = $6 AND states = $7 AND type = $8
                """,
                8);
            isTaken = take.Run(writer.Process, next.Type, next.Name, next.Message, next.Timestamp, run.Run.Id, (long)run.StateCount, run.State.Type) == 1;
            if (isTaken)
            {
                using var state = new SqliteStatement(connection, "INSERT OR REPLACE INTO state(run, number, time, type, name, message) VALUES($1, $2, $3, $4, $5, $6)", 6);
                state.Run(run.Run.Id, (long)run.StateCount, next.Timestamp, next.Type, next.Name, next.Message);

                // Requests to the run's earlier life, or to its child runs, do not apply to the resumed run.
                using var requests = new SqliteStatement(connection, "DELETE FROM request WHERE (SELECT root FROM run WHERE run.id = request.run) = $1", 1);
                requests.Run(run.Run.Id);
            }
        });
        return isTaken;
    });
}
