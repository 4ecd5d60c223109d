using FlowModule.PostgreSql;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace FlowModule.Hangfire;

/// <summary>Hangfire's storage in the database of a history, in a schema of its own beside the history's.</summary>
internal static class PostgreSqlQueues
{
    private const string Suffix = "_hangfire";

    // A job of a worker that has died is carried again after this time: the body is fenced, so an early repetition does no harm.
    private static readonly TimeSpan Invisibility = TimeSpan.FromSeconds(3);

    // A worker that was killed while it had the lock of a job's state leaves it behind: for ten minutes, if nothing is said.
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PollEach = TimeSpan.FromMilliseconds(100);

    /// <summary>Opens it, and makes its tables if they are missing.</summary>
    internal static JobStorage Open(PgPlace place)
    {
        // Hangfire would try for a minute what cannot be reached.
        place.Connect().Dispose();
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = place.Schema + Suffix,
            PrepareSchemaIfNecessary = true,
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = Invisibility,
            DistributedLockTimeout = LockLimit,
            QueuePollInterval = PollEach,

            // It is not sooner than polling, and each notification wakes every thread of every worker.
            EnableLongPolling = false,
            EnableTransactionScopeEnlistment = false,
        };
        return new PostgreSqlStorage(new PlaceConnections(place), options)
        {
            // A job says nothing that the history does not say.
            JobExpirationTimeout = TimeSpan.FromHours(1),
        };
    }

    /// <summary>The connections of the history, with the password that its server takes now.</summary>
    private sealed class PlaceConnections(PgPlace place) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => place.ConnectPooled();
    }
}
