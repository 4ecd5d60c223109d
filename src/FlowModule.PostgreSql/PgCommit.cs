using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>The end of a transaction whose connection was lost just then: only the server knows it.</summary>
internal static class PgCommit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the transaction is kept. False: it is not, and never will be.</summary>
    /// <param name="session">A session of the same server, not in a transaction.</param>
    /// <param name="transaction">The server's number of the transaction.</param>
    /// <param name="patience">How long the server has to say so.</param>
    /// <exception cref="HistoryException">This cannot be found out.</exception>
    internal static bool WasKept(PgSession session, long transaction, TimeSpan patience)
    {
        long begin = Environment.TickCount64;
        while (true)
        {
            string? status = session.Text("SELECT txid_status($1)", transaction);
            if (status is "committed" or "aborted")
            {
                return status == "committed";
            }

            if (Environment.TickCount64 - begin >= patience.TotalMilliseconds)
            {
                throw new HistoryException(
                    HistoryFault.Unavailable,
                    $"The connection to the history '{session.Place.Address}' was lost, and the server does not say whether what was written last is kept.");
            }

            // The server has not noticed yet that the connection is lost.
            Thread.Sleep(Pause);
        }
    }
}
