using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The rows of shared results and of the processes that compute them. The database keeps their total size, so that it is never computed.</summary>
internal sealed class SqlResults(ISqlSession session, ISqlRunWriter own) : IResultRows
{
    // The approximate size of a row without its texts.
    private const int RowBytes = 200;

    public void InTransaction(Action action) => session.InTransaction(SqlArea.Results, action);

    public ResultRow? Find(byte[] key) => session.Query(
        "SELECT id, expires, used FROM result WHERE key = $1",
        static row => new ResultRow(row.Number(0), row.NumberOrNull(1), row.Number(2)),
        key) is [var found] ? found : null;

    public string? Text(long number) => session.Text("SELECT text FROM result WHERE id = $1", number);

    public long Add(byte[] key, string about, string? text, long? expires, long now) => session.Number(
        "INSERT INTO result(key, about, text, size, created, expires, used) VALUES($1, $2, $3, $4, $5, $6, $5) RETURNING id",
        key, about, text, RowBytes + System.Text.Encoding.UTF8.GetByteCount(about) + System.Text.Encoding.UTF8.GetByteCount(text ?? string.Empty), now, expires)!.Value;

    public void Delete(byte[] key) => session.Run("DELETE FROM result WHERE key = $1", key);

    public void Touch(long number, long now) => session.Run("UPDATE result SET used = $2 WHERE id = $1", number, now);

    public void MakeRoom(long expired, long bytes)
    {
        session.Run("DELETE FROM result WHERE expires <= $1", expired);
        while (session.Number("SELECT bytes FROM result_total")!.Value > bytes
            && session.Run("DELETE FROM result WHERE id = (SELECT id FROM result ORDER BY used, id LIMIT 1)") > 0)
        {
        }
    }

    public IReadOnlyList<(byte[] Key, string About)> All() =>
        session.Query("SELECT key, about FROM result ORDER BY about", static row => (row.Bytes(0), row.Text(1)));

    public long? Claimant(byte[] key) => session.Number("SELECT process FROM result_claim WHERE key = $1", key);

    public long Claim(byte[] key)
    {
        session.Run("DELETE FROM result_claim WHERE key = $1", key);
        return session.Number("INSERT INTO result_claim(key, process) VALUES($1, $2) RETURNING id", key, own.Process)!.Value;
    }

    public void Unclaim(long claim) => session.Run("DELETE FROM result_claim WHERE id = $1", claim);
}
