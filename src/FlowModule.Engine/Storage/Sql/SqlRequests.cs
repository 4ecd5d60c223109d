using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Requests for runs of other processes.</summary>
internal sealed class SqlRequests(ISqlSession session, ISqlRunWriter own, TimeProvider time) : IRequestStore
{
    // By a look at the run of each request, as there are few of them, if any. For a join PostgreSQL may choose to go through all runs: it expects some requests in a table that has always been empty.
    private const string AreOwn = "(SELECT process FROM run WHERE run.id = request.run) = $1";

    public void Add(RunRequest request) =>
        session.Run("INSERT INTO request(run, kind, text, time) VALUES($1, $2, $3, $4)", request.Run, request.Kind, request.Text, time.GetUtcNow());

    public IReadOnlyList<RunRequest> Take()
    {
        // Usually there is none, and then no write is needed.
        if (session.Number($"SELECT 1 FROM request WHERE {AreOwn} LIMIT 1", own.ProcessOrNone) is null)
        {
            return [];
        }

        return [.. session.Query(
            $"DELETE FROM request WHERE {AreOwn} RETURNING id, run, kind, text",
            static row => (Number: row.Number(0), Request: new RunRequest(row.Id(1), (RunRequestKind)row.Int(2), row.TextOrNull(3))),
            own.ProcessOrNone).OrderBy(static found => found.Number).Select(static found => found.Request)];
    }
}
