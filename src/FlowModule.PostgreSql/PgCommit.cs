using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// The commits of a session, in the database itself: only there it is known whether a transaction is kept whose connection was lost as it was committed. The
/// server's number of a transaction does not tell: a server that has crashed gives the same number again.
/// </summary>
internal sealed class PgCommit
{
    /// <summary>
    /// Notes a commit, as the last step of its transaction. One that was asked for before, and was not there, fails: a server may execute a statement after its connection
    /// was lost, for example one that waits for a lock meanwhile, and the transaction is done again by then. The function never changes.
    /// </summary>
    internal const string Function =
        """
        CREATE FUNCTION note_commit(in_session uuid, in_commit bigint) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO last_commit AS mine(session, number) VALUES(in_session, in_commit)
            ON CONFLICT(session) DO UPDATE SET number = excluded.number, time = excluded.time WHERE abs(mine.number) < excluded.number;
            IF NOT FOUND THEN
                RAISE 'The connection of this transaction was lost, and it was done again.';
            END IF;
        END $$;
        """;

    private const string Note = "SELECT note_commit($1, $2)";

    // A negative number is that of a transaction that is not kept. This waits for one that has noted its commit: it holds the row.
    private const string Ask =
        """
        INSERT INTO last_commit AS mine(session, number) VALUES($1, -$2)
        ON CONFLICT(session) DO UPDATE SET time = excluded.time, number = CASE WHEN mine.number = $2 THEN mine.number ELSE -$2 END RETURNING number
        """;

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
    internal bool WasKept(PgSession session) => session.Number(Ask, Session, _number) == _number;
}
