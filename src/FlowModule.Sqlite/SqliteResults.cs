using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The rows of shared results and of the processes that compute them, on the connection that writes.</summary>
internal sealed class SqliteResults(SqliteConnection connection, SqliteWriter writer) : IResultRows, IDisposable
{
    // Triggers keep the total size up to date, so that it is never computed.
    internal const string Tables =
        """
        CREATE TABLE result(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, about TEXT NOT NULL, text TEXT, size INTEGER NOT NULL,
            created INTEGER NOT NULL, expires INTEGER, used INTEGER NOT NULL);
        CREATE INDEX result_used ON result(used);
        CREATE INDEX result_expires ON result(expires) WHERE expires IS NOT NULL;
        CREATE TABLE result_total(bytes INTEGER NOT NULL);
        INSERT INTO result_total VALUES(0);
        CREATE TRIGGER result_added AFTER INSERT ON result BEGIN UPDATE result_total SET bytes = bytes + new.size; END;
        CREATE TRIGGER result_removed AFTER DELETE ON result BEGIN UPDATE result_total SET bytes = bytes - old.size; END;
        CREATE TABLE result_claim(id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, process INTEGER NOT NULL);
        """;

    // The approximate size of a row without its texts.
    private const int RowBytes = 200;

    private readonly SqliteStatements _sql = new(connection);

    public void InTransaction(Action action) => SqliteFaults.Guard(connection, () =>
    {
        writer.InTransaction(action);
        return true;
    });

    public ResultRow? Find(byte[] key) => _sql.Query(
        "SELECT id, expires, used FROM result WHERE key = $1",
        static row => new ResultRow(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2)),
        key) is [var found] ? found : null;

    public string? Text(long number) => (string?)_sql.Scalar("SELECT text FROM result WHERE id = $1", number);

    public long Add(byte[] key, string about, string? text, long? expires, long now) => (long)_sql.Scalar(
        "INSERT INTO result(key, about, text, size, created, expires, used) VALUES($1, $2, $3, $4, $5, $6, $5) RETURNING id",
        key, about, text, RowBytes + System.Text.Encoding.UTF8.GetByteCount(about) + System.Text.Encoding.UTF8.GetByteCount(text ?? string.Empty), now, expires)!;

    public void Delete(byte[] key) => _sql.Run("DELETE FROM result WHERE key = $1", key);

    public void Touch(long number, long now) => _sql.Run("UPDATE result SET used = $2 WHERE id = $1", number, now);

    public void MakeRoom(long expired, long bytes)
    {
        _sql.Run("DELETE FROM result WHERE expires <= $1", expired);
        while ((long)_sql.Scalar("SELECT bytes FROM result_total")! > bytes
            && _sql.Run("DELETE FROM result WHERE id = (SELECT id FROM result ORDER BY used, id LIMIT 1)") > 0)
        {
        }
    }

    public IReadOnlyList<(byte[] Key, string About)> All() =>
        _sql.Query("SELECT key, about FROM result ORDER BY about", static row => ((byte[])row.GetValue(0), row.GetString(1)));

    public long? Claimant(byte[] key) => (long?)_sql.Scalar("SELECT process FROM result_claim WHERE key = $1", key);

    public long Claim(byte[] key)
    {
        _sql.Run("DELETE FROM result_claim WHERE key = $1", key);
        return (long)_sql.Scalar("INSERT INTO result_claim(key, process) VALUES($1, $2) RETURNING id", key, writer.Process)!;
    }

    public void Unclaim(long claim) => _sql.Run("DELETE FROM result_claim WHERE id = $1", claim);

    public void Dispose() => _sql.Dispose();
}
