using System.Net.Sockets;
using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>Translates errors of the database into history errors.</summary>
internal static class PgFaults
{
    private const string IdleInTransaction = "25P03";

    internal static HistoryException Describe(PgPlace place, Exception exception) => new(HistoryFault.Unavailable, Message(place, exception), exception);

    /// <summary>Whether a transaction is to be tried again, because another one was in its way.</summary>
    internal static bool IsConflict(Exception? exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };

    /// <summary>Whether the server refuses the sign-in.</summary>
    private static bool IsRefused(PostgresException exception) => exception.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;

    /// <summary>Whether the connection is lost, or there is none for the moment because the server starts or stops.</summary>
    internal static bool IsLoss(Exception? exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => true,
        PostgresException known => known.SqlState.StartsWith("08", StringComparison.Ordinal) || known.SqlState == IdleInTransaction,
        NpgsqlException or IOException or SocketException or ObjectDisposedException => true,
        _ => false,
    };

    private static string Message(PgPlace place, Exception exception) => exception switch
    {
        PostgresException refused when IsRefused(refused) =>
            $"The server of the history '{place.Address}' refuses the sign-in: {Text(refused.MessageText)}. {Password}",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"The history '{place.Address}' cannot be used: there is no database '{place.Database ?? place.User}'. Make it with: createdb {place.Database ?? place.User}",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => $"The history '{place.Address}' cannot be used: another process has kept it busy for too long.",
        PostgresException known => $"The history '{place.Address}' cannot be used: {Text(known.MessageText)}.",
        NpgsqlException when exception.Message.Contains("password", StringComparison.OrdinalIgnoreCase) =>
            $"The server of the history '{place.Address}' asks for a password, and there is none. {Password}",
        NpgsqlException { InnerException: { } inner } => $"The server of the history '{place.Address}' cannot be reached: {Text(inner.Message)}.",
        _ => $"The server of the history '{place.Address}' cannot be reached: {Text(exception.Message)}.",
    };

    private const string Password = "A password is read from the variable PGPASSWORD, or from a passfile that PGPASSFILE or passfile= in the address names, or from a service file.";

    private static string Text(string message) => message.Trim().TrimEnd('.');
}
