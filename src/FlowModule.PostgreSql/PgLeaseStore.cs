using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>Leases in a PostgreSQL database. One connection writes, and another reads: neither waits for the other.</summary>
/// <param name="place">The database.</param>
/// <param name="line">This process's line to it.</param>
internal sealed class PgLeaseStore(PgPlace place, PgLine line) : ILeaseStore
{
    // Frames of a lease that has ended would never be removed. One notification goes to each process concerned, whatever has come for it.
    private const string Keep =
        $"""
        WITH kept AS (
            INSERT INTO pool_frame(lease, side, number, kind, bytes)
            SELECT frame.* FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) AS frame(lease, side, number, kind, bytes)
            WHERE EXISTS (SELECT 1 FROM pool_lease WHERE id = frame.lease AND (frame.side = 1 OR caller = $6))
            ON CONFLICT DO NOTHING RETURNING lease, side)
        SELECT {Notify} FROM (
            SELECT DISTINCT CASE side WHEN 0 THEN worker ELSE caller END AS process FROM kept JOIN pool_lease ON pool_lease.id = kept.lease) AS concerned
        WHERE process IS NOT NULL
        """;

    private const string Remove =
        $"""
        WITH ended AS (DELETE FROM pool_lease WHERE id = ANY($1) AND caller = ANY($2) RETURNING id, worker),
            said AS (DELETE FROM pool_frame WHERE lease = ANY($1) AND NOT EXISTS (SELECT 1 FROM pool_lease WHERE id = lease AND caller <> ALL($2)))
        SELECT {Notify} FROM (SELECT DISTINCT worker AS process FROM ended) AS concerned WHERE process IS NOT NULL
        """;

    private const string Notify = $"pg_notify('{PgPlace.ProcessChannel}' || replace(process::text, '-', ''), '')";

    // The inner query is limited, so that each lease is looked up in the index, whatever the planner knows of a table that is empty one second and full the next.
    private const string Read =
        """
        SELECT cursor.lease, CASE WHEN pool_lease.id IS NULL THEN 1::bigint ELSE 0 END, frame.number, frame.kind, frame.bytes
        FROM unnest($1::uuid[], $2::bigint[]) AS cursor(lease, after)
        LEFT JOIN pool_lease ON pool_lease.id = cursor.lease
        LEFT JOIN LATERAL (
            SELECT number, kind, bytes FROM pool_frame WHERE lease = cursor.lease AND side = $3 AND number > cursor.after ORDER BY number LIMIT 10000) AS frame ON true
        WHERE pool_lease.id IS NULL OR frame.number IS NOT NULL
        ORDER BY cursor.lease, frame.number
        """;

    // Whether a process is gone is not asked of a young server as elsewhere: who adopts knows by other evidence that the caller is dead.
    private const string Adopt =
        $"UPDATE pool_lease SET caller = $3 WHERE id = $1 AND (caller = $3 OR (caller = $2 AND $4 NOT IN ({PgPeers.Held})))";

    // As the index says it, with numbers and no parameters: otherwise the server cannot know that the index has all of them.
    internal const string Find =
        $"SELECT pool_lease.id, caller, queue, number, bytes FROM pool_frame JOIN pool_lease ON pool_lease.id = lease WHERE {PgPoolTables.RunFrames} AND {PgPoolTables.RunOfFrame} = $1";

    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private readonly PgSession _writing = new(place, Guid.NewGuid().ToString("N"));
    private readonly PgSession _reading = new(place, Guid.NewGuid().ToString("N"));

    /// <summary>Makes the tables if they are missing.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal static PgLeaseStore Open(PgPlace place, PgLine line)
    {
        var store = new PgLeaseStore(place, line);
        try
        {
            PgSchema.Apply(store._writing);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public IDisposable Join(Guid process, Action heard)
    {
        var presence = new Presence(line, process, line.Hear(process, heard));
        if (line.Hold(process))
        {
            return presence;
        }

        presence.Dispose();
        throw new HistoryException(HistoryFault.Unavailable, $"The server of the history '{place.Address}' does not answer.");
    }

    public void Ask(LeaseRow lease) => _writing.RunQuietly(
        $"INSERT INTO pool_lease(id, caller, queue, asked) VALUES($1, $2, $3, {Now}) ON CONFLICT DO NOTHING", lease.Id, lease.Caller, lease.Queue);

    public bool TryWithdraw(Guid lease) => _writing.RunQuietly("DELETE FROM pool_lease WHERE id = $1 AND worker IS NULL", lease) == 1;

    public bool TryGrant(Guid lease, Guid worker, Guid claim) => _writing.RunQuietly(
        "UPDATE pool_lease SET worker = $2, claim = $3 WHERE id = $1 AND (worker IS NULL OR claim = $3)", lease, worker, claim) == 1;

    public bool TryAdopt(Guid lease, Guid caller, Guid adopter) => _writing.RunQuietly(Adopt, lease, caller, adopter, PgLocks.Of(caller)) == 1;

    public IReadOnlyList<MarkedFrame> FindRun(Guid run) => _reading.Query(
        Find,
        static row => new MarkedFrame(
            new LeaseRow(row.Id(0), row.Id(1), row.Text(2)), new LeaseFrame(row.Id(0), LeaseSide.Caller, row.Number(3), LeaseFrameKind.Run, row.Bytes(4))),
        run.ToByteArray(bigEndian: true));

    public void End(Guid caller, IReadOnlyList<Guid> leases) => End([caller], leases);

    public void Send(Guid process, IReadOnlyList<LeaseFrame> frames) => _writing.Query(
        Keep,
        static _ => true,
        Of(frames, static frame => frame.Lease),
        Of(frames, static frame => (long)frame.Side),
        Of(frames, static frame => frame.Number),
        Of(frames, static frame => (long)frame.Kind),
        Of(frames, static frame => frame.Bytes),
        process);

    public LeaseNews Receive(LeaseSide side, IReadOnlyList<LeaseCursor> leases)
    {
        LeaseSide other = side.Other();
        var ended = new List<Guid>();
        IReadOnlyList<LeaseFrame?> frames = _reading.Query(
            Read,
            row =>
            {
                if (row.Flag(1))
                {
                    ended.Add(row.Id(0));
                    return null;
                }

                return new LeaseFrame(row.Id(0), other, row.Number(2), (LeaseFrameKind)row.Int(3), row.Bytes(4));
            },
            Of(leases, static cursor => cursor.Lease),
            Of(leases, static cursor => cursor.After),
            (long)other);
        return new LeaseNews([.. frames.OfType<LeaseFrame>()], ended);
    }

    public IReadOnlyList<LeaseStanding> Look(IReadOnlyList<Guid> leases)
    {
        IReadOnlyList<(Guid Id, Guid Caller, Guid? Worker)> rows = _reading.Query(
            "SELECT id, caller, worker FROM pool_lease WHERE id = ANY($1)", static row => (row.Id(0), row.Id(1), row.IdOrNull(2)), [leases.ToArray()]);
        PgPeers peers = PgPeers.Of(_reading);
        return [.. rows.Select(row => new LeaseStanding(row.Id, row.Worker, peers.IsHere(row.Caller), row.Worker is not { } worker || peers.IsHere(worker)))];
    }

    public IReadOnlyList<Guid> Wanted(Guid worker, IReadOnlyList<string> queues) => _reading.Query(
        """
        SELECT id FROM pool_lease AS own WHERE worker = $1 AND EXISTS (
            SELECT 1 FROM pool_lease AS other WHERE other.worker IS NULL AND other.queue = ANY($2) AND (other.caller, other.queue) <> (own.caller, own.queue))
        """,
        static row => row.Id(0),
        worker,
        queues.ToArray());

    public void Register(PoolWorkerRow worker) => _writing.RunQuietly(
        $"""
        INSERT INTO pool_worker(key, machine, pid, stamp, product, queues, tags, places, busy, told, started, beat)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, {Now}, {Now}) ON CONFLICT DO NOTHING
        """,
        worker.Key, worker.Machine, worker.ProcessId, worker.Stamp, worker.Product, string.Join(',', worker.Queues), string.Join(',', worker.Tags), worker.Places);

    public PoolOrder Beat(Guid worker, int busy, IReadOnlyList<Guid> runs) => (PoolOrder)(_writing.Number(
        $"UPDATE pool_worker SET busy = $2, runs = $3, beat = {Now} WHERE key = $1 RETURNING told", worker, busy, string.Join(',', runs)) ?? 0);

    public bool Tell(Guid worker, PoolOrder order) => _writing.RunQuietly("UPDATE pool_worker SET told = greatest(told, $2) WHERE key = $1", worker, (long)order) == 1;

    public void Unregister(Guid worker) => _writing.RunQuietly("DELETE FROM pool_worker WHERE key = $1", worker);

    public IReadOnlyList<PoolWorkerRow> Workers()
    {
        PgPeers peers = PgPeers.Of(_reading);
        return _reading.Query(
            "SELECT key, machine, pid, stamp, product, queues, tags, places, busy, told, started, beat, runs FROM pool_worker ORDER BY machine, pid, key",
            row => new PoolWorkerRow
            {
                Key = row.Id(0),
                Machine = row.Text(1),
                ProcessId = row.Int(2),
                Stamp = row.Text(3),
                Product = row.Text(4),
                Queues = Names(row.Text(5)),
                Tags = Names(row.Text(6)),
                Places = row.Int(7),
                Busy = row.Int(8),
                Order = (PoolOrder)row.Int(9),
                StartTime = row.Time(10),
                Heartbeat = row.Time(11),
                Runs = [.. Names(row.Text(12)).Select(static id => new Guid(id))],
                IsHere = peers.IsHere(row.Id(0)),
            });
    }

    public IReadOnlyList<PoolQueueRow> Queues()
    {
        PgPeers peers = PgPeers.Of(_reading);
        IReadOnlyList<(string Queue, Guid Caller, Guid? Worker, int Count)> groups = _reading.Query(
            "SELECT queue, caller, worker, count(*) FROM pool_lease GROUP BY queue, caller, worker",
            static row => (row.Text(0), row.Id(1), row.IdOrNull(2), row.Int(3)));
        return [.. from one in groups
            where peers.IsHere(one.Worker ?? one.Caller)
            group one by one.Queue into queue
            orderby queue.Key
            select new PoolQueueRow(queue.Key, queue.Where(static one => one.Worker is null).Sum(static one => one.Count), queue.Where(static one => one.Worker is not null).Sum(static one => one.Count))];
    }

    public void Clean(TimeSpan after, IReadOnlyList<Guid> served)
    {
        _writing.RunQuietly($"UPDATE pool_lease SET asked = {Now} WHERE id = ANY($1)", [served.ToArray()]);
        PgPeers peers = PgPeers.Of(_reading);
        Guid[] workers = Dead("SELECT key FROM pool_worker WHERE beat < {0}", static row => row.Id(0));
        _writing.RunQuietly("DELETE FROM pool_worker WHERE key = ANY($1)", workers);
        Guid[] callers = Dead("SELECT DISTINCT caller FROM pool_lease WHERE asked < {0}", static row => row.Id(0));
        End(callers, [.. _reading.Query($"SELECT id FROM pool_lease WHERE caller = ANY($1) AND asked < {Now} - $2", static row => row.Id(0), callers, Microseconds(after))]);

        // Of leases that were just ending when it was said.
        _writing.RunQuietly("DELETE FROM pool_frame WHERE NOT EXISTS (SELECT 1 FROM pool_lease WHERE id = lease)");

        Guid[] Dead(string sql, Func<SqlRow, Guid> read) =>
            [.. _reading.Query(sql.Replace("{0}", $"{Now} - $1", StringComparison.Ordinal), read, Microseconds(after)).Where(process => !peers.IsHere(process))];
    }

    public void Dispose()
    {
        _writing.Dispose();
        _reading.Dispose();
    }

    private static long Microseconds(TimeSpan time) => (long)(time.TotalMilliseconds * 1000);

    private void End(Guid[] callers, IReadOnlyList<Guid> leases) => _writing.Query(Remove, static _ => true, leases.ToArray(), callers);

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static TValue[] Of<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];

    private sealed class Presence(PgLine line, Guid process, IDisposable hearing) : IDisposable
    {
        public void Dispose()
        {
            hearing.Dispose();
            line.LetGo(process);
        }
    }
}
