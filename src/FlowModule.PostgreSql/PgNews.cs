using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// Has a line hear what runs tell of themselves, while someone in this process watches that. Processes that record runs notify nobody otherwise: a notification wakes each
/// process that listens to anything in the database, and commits with one wait for each other. Whether anyone watches is said in the history itself, for some time ahead.
/// </summary>
/// <param name="place">The database.</param>
internal sealed class PgNews(PgPlace place)
{
    /// <summary>Whether runs are watched now, as a condition.</summary>
    internal const string IsWatched = $"(SELECT value::bigint > extract(epoch FROM clock_timestamp()) FROM setting WHERE name = '{WatchedUntil}')";

    internal const string TellWhoWatches = $"SELECT pg_notify($1, $2) WHERE {IsWatched}";

    private const string WatchedUntil = "RunsWatchedUntil";

    // Returns whether it was said before.
    private const string Say =
        $"""
        WITH said AS (
            INSERT INTO setting(name, value) VALUES('{WatchedUntil}', (extract(epoch FROM clock_timestamp())::bigint + 30)::text)
            ON CONFLICT(name) DO UPDATE SET value = excluded.value)
        SELECT coalesce({IsWatched}, false)
        """;

    private static readonly TimeSpan SayEach = TimeSpan.FromSeconds(10);

    /// <summary>Who was recording as it was said first notifies nobody, but has ended after this time.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private bool _isListening;
    private long _sayAt;
    private long? _lookAgainAt;

    /// <summary>How long to wait for news.</summary>
    internal TimeSpan Patience => _lookAgainAt is null ? PgLine.PollEach : LookAgainAfter;

    /// <summary>Begins to listen, goes on, or stops. Returns whether there may be news of which nobody was told.</summary>
    internal async Task<bool> Keep(NpgsqlConnection connection, bool isWatched)
    {
        if (isWatched != _isListening)
        {
            await connection.Execute($"{(isWatched ? "LISTEN" : "UNLISTEN")} {place.RunsChannel}").ConfigureAwait(false);
            (_isListening, _sayAt, _lookAgainAt) = (isWatched, 0, null);
        }

        long now = Environment.TickCount64;
        if (isWatched && now >= _sayAt)
        {
            bool isFirst = _sayAt == 0;
            bool wasSaid = await connection.Ask(Say).ConfigureAwait(false);
            _sayAt = now + (long)SayEach.TotalMilliseconds;
            _lookAgainAt = wasSaid ? _lookAgainAt : now + (long)LookAgainAfter.TotalMilliseconds;
            return isFirst || !wasSaid;
        }

        if (now < _lookAgainAt || _lookAgainAt is null)
        {
            return false;
        }

        _lookAgainAt = null;
        return true;
    }
}
