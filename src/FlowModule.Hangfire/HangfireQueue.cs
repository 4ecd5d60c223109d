using System.Net.Sockets;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;
using Hangfire;
using Hangfire.Client;
using Hangfire.Common;
using Hangfire.States;
using Npgsql;

namespace FlowModule.Hangfire;

/// <summary>Queues of a history that Hangfire carries. Its tables are made when something is first carried.</summary>
/// <param name="address">The history.</param>
/// <param name="open">Opens the storage.</param>
internal sealed class HangfireQueue(HistoryAddress address, Func<HistoryAddress, JobStorage> open) : IWorkQueue
{
    // Hangfire's own repetition of failed jobs is not wanted: a lease is asked for again by who needs it.
    private static readonly JobFilterProviderCollection Filters = new(new OwnFilters());

    private readonly Lazy<JobStorage> _storage = new(() => open(address), LazyThreadSafetyMode.PublicationOnly);

    public IWorkQueuePages Pages => new HangfirePages(() => _storage.Value, IsOfDatabase, Describe);

    public void Put(string queue, Guid lease) => Do(() =>
        new BackgroundJobClient(_storage.Value, Filters).Create(Job.FromExpression<LeaseJob>(job => job.Execute(lease.ToString("N"))), new EnqueuedState(queue)));

    public IWorkService Serve(IReadOnlyList<string> queues, int places, Action<Guid> work) => Do(() => new HangfireService(new BackgroundJobServer(
        new BackgroundJobServerOptions
        {
            Queues = [.. queues],
            WorkerCount = places,
            Activator = new LeaseActivator(work),
            FilterProvider = Filters,
            CancellationCheckInterval = TimeSpan.FromMilliseconds(200),
            HeartbeatInterval = TimeSpan.FromSeconds(10),
            ServerTimeout = TimeSpan.FromMinutes(1),
            ServerCheckInterval = TimeSpan.FromMinutes(1),

            // The work ends when its leases do, and that is not for Hangfire to say.
            ShutdownTimeout = Timeout.InfiniteTimeSpan,
        },
        _storage.Value)));

    public void Dispose() => (_storage.IsValueCreated ? _storage.Value as IDisposable : null)?.Dispose();

    private T Do<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is not HistoryException)
        {
            throw Describe(exception);
        }
    }

    /// <summary>Hangfire passes on what the database throws, or wraps it.</summary>
    private static Exception CauseOf(Exception exception) => exception is BackgroundJobClientException { InnerException: { } inner } ? inner : exception;

    private static bool IsOfDatabase(Exception exception) => CauseOf(exception) is NpgsqlException or SocketException or TimeoutException;

    private HistoryException Describe(Exception exception) => IsOfDatabase(exception)
        ? PgFaults.Describe(PgPlace.Of(address), CauseOf(exception))
        : new HistoryException(HistoryFault.Unavailable, $"Hangfire cannot use the history '{address}': {CauseOf(exception).Message}", exception);

    private sealed class OwnFilters : IJobFilterProvider
    {
        private static readonly JobFilter[] All = [new(new AutomaticRetryAttribute { Attempts = 0, LogEvents = false }, JobFilterScope.Global, order: null)];

        public IEnumerable<JobFilter> GetFilters(Job job) => All;
    }
}
