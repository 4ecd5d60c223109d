using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// The commits of a session, in the database itself: only there it is known whether a transaction is kept whose connection was lost as it was committed. The
/// server's number of a transaction does not tell: a server that has crashed gives the same number again.
/// </summary>
internal sealed class PgCommit
{
    private const string Note =
        "INSERT INTO last_commit(session, number) VALUES($1, $2) ON CONFLICT(session) DO UPDATE SET number = excluded.number, time = excluded.time";

    // Waits for a transaction that the server still has of the lost connection: it holds the row.
    private const string Ask =
        "INSERT INTO last_commit(session, number) VALUES($1, 0) ON CONFLICT(session) DO UPDATE SET time = excluded.time RETURNING number";

    private long _number;

    internal Guid Session { get; } = Guid.NewGuid();

    /// <summary>Removes what sessions have left that ended long ago.</summary>
    internal static void Clean(PgSession session) => session.RunQuietly("DELETE FROM last_commit WHERE time < clock_timestamp() - interval '7 days'");

    /// <summary>The statement that belongs into the next transaction, as its last one.</summary>
    internal (string Sql, object?[] Values) Next() => (Note, [Session, NextNumber()]);

    /// <summary>The number of the next transaction, for one that notes it itself.</summary>
    internal long NextNumber() => ++_number;

    /// <summary>Whether the last transaction is kept. False: it is not, and never will be.</summary>
    /// <param name="session">The session, not in a transaction.</param>
    /// <exception cref="HistoryException">This cannot be found out.</exception>
    internal bool WasKept(PgSession session) => session.Number(Ask, Session) == _number;
}
