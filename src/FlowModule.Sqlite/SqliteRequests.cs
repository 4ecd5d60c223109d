using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Requests for runs of other processes, on the connection that writes.</summary>
internal sealed class SqliteRequests(SqliteConnection connection, SqliteWriter writer, TimeProvider time) : IRequestStore, IDisposable
{
    internal const string Tables = "CREATE TABLE request(id INTEGER PRIMARY KEY, run BLOB NOT NULL, kind INTEGER NOT NULL, text TEXT, time INTEGER NOT NULL);";

    private readonly SqliteStatement _add = new(connection, "INSERT INTO request(run, kind, text, time) VALUES($1, $2, $3, $4)", 4);
    private readonly SqliteStatement _any = new(connection, "SELECT 1 FROM request JOIN run ON run.id = request.run WHERE run.process = $1 LIMIT 1", 1);

    public void Add(RunRequest request) => SqliteFaults.Guard(connection, () => _add.Run(request.Run, request.Kind, request.Text, time.GetUtcNow()));

    public IReadOnlyList<RunRequest> Take() => SqliteFaults.Guard(connection, () =>
    {
        if (_any.Scalar(writer.ProcessOrNone) is null)
        {
            return [];
        }

        using SqliteCommand take = connection.Command(
            "DELETE FROM request WHERE run IN (SELECT id FROM run WHERE process = $process) RETURNING id, run, kind, text", ("$process", writer.ProcessOrNone));
        return take.Rows(static row => (Number: row.GetInt64(0), Request: new RunRequest(row.Id(1), (RunRequestKind)row.GetInt32(2), row.Text(3))))
            .OrderBy(static found => found.Number).Select(static found => found.Request).ToList();
    });

    public void Dispose()
    {
        _add.Dispose();
        _any.Dispose();
    }
}
