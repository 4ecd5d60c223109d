using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>
/// The rows of limits. Who waits has a turn in each of its limits: the smallest is next. Turns of those who reclaim are below all others. The word to a
/// process that its claim was granted is a notice.
/// </summary>
internal sealed class SqlLimits(ISqlSession session, ISqlRunWriter own, TimeProvider time) : ILimitStore, ILimitRows
{
    private const long BeforeAllNew = long.MinValue / 2;

    public LimitOutcome Do(IReadOnlyList<LimitCommand> commands)
    {
        LimitOutcome? outcome = null;
        session.InTransaction(SqlArea.Limits, () => outcome = new LimitRules(this, SqlTime.From(time.GetUtcNow())).Do(commands));
        return outcome!;
    }

    LimitUse? ILimitStore.Find(string name) => Find(name) is { } limit
        ? new LimitUse(
            limit,
            (int)Scalar("SELECT count(*) FROM slot WHERE shared_limit = $1 AND held = 1", limit.Id)!.Value,
            (int)Scalar("SELECT count(*) FROM slot WHERE shared_limit = $1 AND turn IS NOT NULL", limit.Id)!.Value)
        : null;

    public LimitRow? Find(string name) => Limits("WHERE key = $1", KeyOf(name)) is [var limit] ? limit : null;

    public IReadOnlyList<LimitRow> All() => Limits("ORDER BY id");

    public LimitRow Set(string name, int? maxConcurrency, int? perSecond) => Query(
        """
        INSERT INTO shared_limit(key, name, max_concurrency, per_second) VALUES($1, $2, $3, $4)
        ON CONFLICT(key) DO UPDATE SET max_concurrency = excluded.max_concurrency, per_second = excluded.per_second
        RETURNING id, name, max_concurrency, per_second
        """,
        ReadLimit,
        KeyOf(name), name, maxConcurrency, perSecond)[0];

    public IReadOnlyList<long> Remove(long limit)
    {
        IReadOnlyList<long> waiting = Numbers("SELECT claim FROM slot WHERE shared_limit = $1 AND turn IS NOT NULL ORDER BY turn", limit);
        Run("DELETE FROM slot WHERE shared_limit = $1", limit);
        ForgetGrants(limit);
        Run("DELETE FROM shared_limit WHERE id = $1", limit);
        return waiting;
    }

    public bool HasRoom(long limit, int maxConcurrency) =>
        Scalar("SELECT 1 FROM slot WHERE shared_limit = $1 AND held = 1 LIMIT 1 OFFSET $2", limit, maxConcurrency - 1) is null;

    public long? Head(long limit) => Scalar("SELECT claim FROM slot WHERE shared_limit = $1 AND turn IS NOT NULL ORDER BY turn LIMIT 1", limit);

    public long Add(LimitClaimState state, IReadOnlyList<LimitRow> limits)
    {
        long claim = Scalar("INSERT INTO claim(process, state, notice) VALUES($1, $2, 0) RETURNING id", own.Process, state)!.Value;
        long? turn = TurnFor(state);
        foreach (LimitRow limit in limits)
        {
            Run("INSERT INTO slot(claim, shared_limit, held, turn) VALUES($1, $2, $3, $4)", claim, limit.Id, state == LimitClaimState.Held, turn);
        }

        return claim;
    }

    public LimitClaimRow? Claim(long claim)
    {
        IReadOnlyList<(long Process, LimitClaimState State, LimitRow? Limit)> rows = Query(
            """
            SELECT shared_limit.id, shared_limit.name, shared_limit.max_concurrency, shared_limit.per_second, claim.process, claim.state
            FROM claim LEFT JOIN slot ON slot.claim = claim.id LEFT JOIN shared_limit ON shared_limit.id = slot.shared_limit
            WHERE claim.id = $1
            """,
            static row => (row.Number(4), (LimitClaimState)row.Int(5), row.IsNull(0) ? null : ReadLimit(row)),
            claim);
        return rows is [var first, ..]
            ? new LimitClaimRow(claim, first.Process == own.ProcessOrNone, first.State, [.. rows.Select(row => row.Limit).OfType<LimitRow>()])
            : null;
    }

    public void Change(long claim, LimitClaimState state)
    {
        Run("UPDATE claim SET state = $2, notice = 0 WHERE id = $1", claim, state);
        Run("UPDATE slot SET held = $2, turn = $3 WHERE claim = $1", claim, state == LimitClaimState.Held, TurnFor(state));
    }

    public void Own(long claim) => Run("UPDATE claim SET process = $2 WHERE id = $1 AND process <> $2", claim, own.Process);

    public void Notify(long claim) => Run("UPDATE claim SET notice = 1 WHERE id = $1", claim);

    public void Delete(long claim)
    {
        Run("DELETE FROM slot WHERE claim = $1", claim);
        Run("DELETE FROM claim WHERE id = $1", claim);
    }

    public IReadOnlyList<long> TakeNotices()
    {
        IReadOnlyList<long> claims = Numbers("SELECT id FROM claim WHERE process = $1 AND notice = 1", own.ProcessOrNone);
        if (claims.Count > 0)
        {
            Run("UPDATE claim SET notice = 0 WHERE process = $1 AND notice = 1", own.ProcessOrNone);
        }

        return claims;
    }

    public IReadOnlyList<long> Others() => Numbers("SELECT DISTINCT process FROM claim WHERE process <> $1", own.ProcessOrNone);

    public IReadOnlyList<long> ClaimsOf(long process) => Numbers("SELECT id FROM claim WHERE process = $1 ORDER BY id", process);

    public IReadOnlyList<LimitHolder> Holders(long limit) => Query(
        "SELECT claim.id, claim.process, claim.state FROM slot JOIN claim ON claim.id = slot.claim WHERE slot.shared_limit = $1 ORDER BY slot.held DESC, slot.turn IS NOT NULL, slot.turn, claim.id",
        static row => new LimitHolder(row.Number(0), row.Number(1), (LimitClaimState)row.Int(2)),
        limit);

    public (int Count, long First) Grants(long limit, long now)
    {
        // After the clock was set back there would be grants to come, and who counts on them would wait as long as that.
        Run("UPDATE limit_grant SET time = $2 WHERE shared_limit = $1 AND time > $2", limit, now);
        Run("DELETE FROM limit_grant WHERE shared_limit = $1 AND time <= $2", limit, now - LimitRules.Second);
        return Query(
            "SELECT count(*), coalesce(min(time), 0) FROM limit_grant WHERE shared_limit = $1", static row => (row.Int(0), row.Number(1)), limit)[0];
    }

    public void AddGrant(long limit, long now) => Run("INSERT INTO limit_grant(shared_limit, time) VALUES($1, $2)", limit, now);

    public void ForgetGrants(long limit) => Run("DELETE FROM limit_grant WHERE shared_limit = $1", limit);

    // Names are the same in any case, also beyond ASCII, where databases differ.
    private static string KeyOf(string name) => name.ToUpperInvariant();

    private static LimitRow ReadLimit(SqlRow row) =>
        new(row.Number(0), row.Text(1), row.IntOrNull(2), row.IntOrNull(3));

    private IReadOnlyList<LimitRow> Limits(string which, params ReadOnlySpan<object?> values) =>
        Query($"SELECT id, name, max_concurrency, per_second FROM shared_limit {which}", ReadLimit, values);

    private long? TurnFor(LimitClaimState state) => state switch
    {
        LimitClaimState.Waiting => Scalar("UPDATE turn SET last = last + 1 RETURNING last"),
        LimitClaimState.Reclaiming => BeforeAllNew + Scalar("UPDATE turn SET last = last + 1 RETURNING last"),
        _ => null,
    };

    private void Run(string sql, params ReadOnlySpan<object?> values) => session.Run(sql, values);

    private long? Scalar(string sql, params ReadOnlySpan<object?> values) => session.Number(sql, values);

    private IReadOnlyList<long> Numbers(string sql, params ReadOnlySpan<object?> values) => session.Query(sql, static row => row.Number(0), values);

    private IReadOnlyList<T> Query<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values) => session.Query(sql, read, values);
}
