using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// A pooler that gives a connection to another client after each transaction, such as PgBouncer in transaction mode, loses locks of sessions and notifications.
/// It is refused with that reason, before anything goes wrong.
/// </summary>
internal static class PgPooler
{
    /// <exception cref="HistoryException">There is such a pooler between this process and the server.</exception>
    internal static void Refuse(PgPlace place)
    {
        bool isShared;
        try
        {
            isShared = IsShared(place);
        }
        catch (NpgsqlException exception)
        {
            throw PgFaults.Describe(place, exception);
        }

        if (isShared)
        {
            throw new HistoryException(
                HistoryFault.Unavailable,
                $"The history '{place.Address}' cannot be used: between this process and the server is a pooler in transaction mode (PgBouncer: pool_mode=transaction). It loses the locks and notifications by which processes know of each other. Connect to the server itself, or to a pooler in session mode.");
        }
    }

    /// <summary>Whether two clients get the same connection of the server one after another.</summary>
    private static bool IsShared(PgPlace place)
    {
        using NpgsqlConnection first = place.Connect();
        if (ServerProcess(first) == first.ProcessID)
        {
            // The server itself has given the number with which it is asked to cancel.
            return false;
        }

        // While this one does nothing, others get the connection that it had.
        int had = ServerProcess(first);
        using NpgsqlConnection second = place.Connect();
        using NpgsqlTransaction transaction = second.BeginTransaction();
        return ServerProcess(second) == had || ServerProcess(first) != had;
    }

    private static int ServerProcess(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)command.ExecuteScalar()!;
    }
}
