using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Takes over runs of earlier processes.</summary>
internal sealed class SqlResumes(ISqlSession session, ISqlRunWriter own) : IResumeStore
{
    public bool TryTake(RunSnapshot run, FlowStateRecord next)
    {
        bool isTaken = false;
        session.InTransaction(SqlArea.Runs, () =>
        {
            // A run only ever gains states: if their number is unchanged, no other process has taken the run over.
            isTaken = session.Run(
                """
                UPDATE run SET process = $1, over = 0, ended = NULL, type = $2, state = $3, message = $4, changed = $5, due = NULL, states = states + 1
                WHERE id = $6 AND states = $7 AND type = $8
                """,
                own.Process, next.Type, next.Name, next.Message, next.Timestamp, run.Run.Id, run.StateCount, run.State.Type) == 1;
            if (isTaken)
            {
                session.Run(
                    $"INSERT INTO state(run, number, time, type, name, message) VALUES($1, $2, $3, $4, $5, $6) {SqlProcesses.ReplaceState}",
                    run.Run.Id, run.StateCount, next.Timestamp, next.Type, next.Name, next.Message);

                // Requests to the run's earlier life, or to its child runs, do not apply to the resumed run.
                session.Run("DELETE FROM request WHERE (SELECT root FROM run WHERE run.id = request.run) = $1", run.Run.Id);
            }
        });
        return isTaken;
    }
}
