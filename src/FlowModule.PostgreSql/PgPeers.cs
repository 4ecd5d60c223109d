using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>Which processes hold the locks of their lines.</summary>
internal sealed class PgPeers
{
    internal const string Held =
        """
        SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private readonly HashSet<long> _held;
    private readonly bool _isServerYoung;

    private PgPeers(HashSet<long> held, bool isServerYoung) => (_held, _isServerYoung) = (held, isServerYoung);

    /// <summary>Asks the server who is here now.</summary>
    internal static PgPeers Of(ISqlSession session) => new(
        [.. session.Query(Held, static row => row.Number(0))],
        session.Number("SELECT 1::bigint WHERE pg_postmaster_start_time() > clock_timestamp() - interval '30 seconds'") is not null);

    /// <summary>Whether a process is here. After the server has started, processes need some time to come back.</summary>
    internal bool IsHere(Guid process) => _isServerYoung || _held.Contains(PgLocks.Of(process));
}
