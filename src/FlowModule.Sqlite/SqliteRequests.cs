using FlowModule.Engine;
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
        var requests = new List<RunRequest>();
        if (_any.Scalar(writer.ProcessOrNone) is null)
        {
            return requests;
        }

        using SqliteCommand take = connection.CreateCommand();
        take.CommandText = "DELETE FROM request WHERE run IN (SELECT id FROM run WHERE process = $process) RETURNING id, run, kind, text";
        take.Parameters.AddWithValue("$process", writer.ProcessOrNone);
        var found = new List<(long Id, RunRequest Request)>();
        using SqliteDataReader reader = take.ExecuteReader();
        while (reader.Read())
        {
            var run = new Guid((byte[])reader.GetValue(1), bigEndian: true);
            found.Add((reader.GetInt64(0), new RunRequest(run, (RunRequestKind)reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3))));
        }

        requests.AddRange(found.OrderBy(request => request.Id).Select(request => request.Request));
        return requests;
    });

    public void Dispose()
    {
        _add.Dispose();
        _any.Dispose();
    }
}
