using System.Text;
using FlowModule.Engine.Caching;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The rows of shared results and of the processes that compute them. The database keeps their total size, so that it is never computed.</summary>
internal sealed class SqlResults(ISqlSession session, ISqlRunWriter own, TimeProvider time) : ICacheStore, IResultRows
{
    // The approximate size of a row without its texts.
    private const int RowBytes = 200;

    private long Now => SqlTime.From(time.GetUtcNow());

    public ResultState Look(byte[] key, long known)
    {
        long now = Now;
        return session.Single(
            """
            SELECT result.id, result.expires, result.used, CASE WHEN result.id = $2 THEN NULL ELSE result.text END, result_claim.process
            FROM (SELECT 1) AS one LEFT JOIN result ON result.key = $1 LEFT JOIN result_claim ON result_claim.key = $1
            """,
            row => new ResultState(
                row.IsNull(0)
                    ? null
                    : new ResultRow(row.Number(0), row.NumberOrNull(1) is { } expires ? Span(expires - now) : null, Span(now - row.Number(2)), row.TextOrNull(3)),
                row.NumberOrNull(4)),
            key, known)!;
    }

    public IReadOnlyList<string> All() => session.Query("SELECT about FROM result ORDER BY about", static row => row.Text(0));

    public ResultState Claim(byte[] key, bool refresh, long known, long? dead = null) => Change(rules => rules.Claim(key, refresh, known, dead));

    public long Publish(byte[] key, long claim, NewResult? result, long bytes) => Change(rules => rules.Publish(key, claim, result, bytes));

    public void Fail(IReadOnlyList<long> claims) => session.RunAll([.. claims.Select(EndOf)]);

    public void Use(long number) => session.Run("UPDATE result SET used = $2 WHERE id = $1", number, Now);

    public void Remove(IReadOnlyCollection<string> about) => Change(rules =>
    {
        rules.Remove(about);
        return true;
    });

    public long Add(byte[] key, NewResult result)
    {
        long now = Now;
        long? expires = result.Expiration is { } expiration ? now + Math.Max(0, expiration.Ticks / TimeSpan.TicksPerMicrosecond) : null;
        return session.Number(
            "INSERT INTO result(key, about, text, size, created, expires, used) VALUES($1, $2, $3, $4, $5, $6, $5) RETURNING id",
            key, result.About, result.Text, RowBytes + Encoding.UTF8.GetByteCount(result.About) + Encoding.UTF8.GetByteCount(result.Text ?? string.Empty), now, expires)!.Value;
    }

    public void Remove(IReadOnlyList<byte[]> keys, IReadOnlyList<long> claims) =>
        session.RunAll([.. keys.Select(static key => ("DELETE FROM result WHERE key = $1", (object?[])[key])), .. claims.Select(EndOf)]);

    public void MakeRoom(TimeSpan expiredFor, long bytes)
    {
        long expired = Now - (expiredFor.Ticks / TimeSpan.TicksPerMicrosecond);
        (long total, bool isExpired) = session.Query(
            "SELECT bytes, CASE WHEN EXISTS(SELECT 1 FROM result WHERE expires <= $1) THEN 1 ELSE 0 END FROM result_total", static row => (row.Number(0), row.Flag(1)), expired)[0];
        if (isExpired)
        {
            session.Run("DELETE FROM result WHERE expires <= $1", expired);
            total = Total();
        }

        while (total > bytes && session.Run("DELETE FROM result WHERE id = (SELECT id FROM result ORDER BY used, id LIMIT 1)") > 0)
        {
            total = Total();
        }
    }

    public IReadOnlyList<(byte[] Key, string About)> Keys() => session.Query("SELECT key, about FROM result", static row => (row.Bytes(0), row.Text(1)));

    public long Claim(byte[] key, bool isClaimed)
    {
        if (isClaimed)
        {
            session.Run("DELETE FROM result_claim WHERE key = $1", key);
        }

        return session.Number("INSERT INTO result_claim(key, process) VALUES($1, $2) RETURNING id", key, own.Process)!.Value;
    }

    private static (string Sql, object?[] Values) EndOf(long claim) => ("DELETE FROM result_claim WHERE id = $1", [claim]);

    private static TimeSpan Span(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    private long Total() => session.Number("SELECT bytes FROM result_total")!.Value;

    private T Change<T>(Func<CacheRules, T> change)
    {
        T? outcome = default;
        session.InTransaction(SqlArea.Results, () => outcome = change(new CacheRules(this)));
        return outcome!;
    }
}
