using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;
using FlowModule.Sqlite;
using FlowModule.Storage.Tests.Contract;
using FlowModule.Storage.Tests.Memory;
using FlowModule.Storage.Tests.Support;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Storage.Tests;

public sealed class SqliteOpener : IStoreOpener
{
    private readonly TempFolder _folder = new();

    FakeTimeProvider IStoreOpener.Time { get; } = Clock.New();

    IHistoryBackend IStoreOpener.Backend { get; } = new SqliteBackend();

    HistoryAddress IStoreOpener.Address => HistoryAddress.OfFile(Path.Combine(_folder.FullPath, "history.db"));

    public void Dispose() => _folder.Dispose();
}

public sealed class PostgreSqlOpener : IStoreOpener
{
    /// <summary>Why there is no such store here; null if there is.</summary>
    public static string? WhyNot => PostgreSqlServer.WhyNot;

    private PgBackend? _backend;

    /// <summary>Stands in for the clock of the server.</summary>
    FakeTimeProvider IStoreOpener.Time { get; } = Clock.New();

    IHistoryBackend IStoreOpener.Backend => _backend ??= new PgBackend { Clock = ((IStoreOpener)this).Time };

    HistoryAddress IStoreOpener.Address { get; } = HistoryAddress.Parse(PostgreSqlServer.Instance.NewAddress());

    public void Dispose()
    {
        // It goes with the server.
    }
}

public sealed class MemoryOpener : IStoreOpener
{
    private MemoryBackend? _backend;

    FakeTimeProvider IStoreOpener.Time { get; } = Clock.New();

    IHistoryBackend IStoreOpener.Backend => _backend ??= new MemoryBackend(((IStoreOpener)this).Time);

    HistoryAddress IStoreOpener.Address { get; } = HistoryAddress.Parse("memory:test");

    public void Dispose()
    {
        // It is garbage.
    }
}

internal static class Clock
{
    internal static FakeTimeProvider New() => new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
}

public sealed class SqliteBackendTests : BackendContract<SqliteOpener>;

public sealed class SqliteRunTests : RunContract<SqliteOpener>;

public sealed class SqliteQueryTests : QueryContract<SqliteOpener>;

public sealed class SqliteLogTests : LogContract<SqliteOpener>;

public sealed class SqliteProcessTests : ProcessContract<SqliteOpener>;

public sealed class SqliteRetentionTests : RetentionContract<SqliteOpener>;

public sealed class SqliteLimitTests : LimitContract<SqliteOpener>;

public sealed class SqliteResultTests : ResultContract<SqliteOpener>;

public sealed class SqliteChangeTests : ChangeContract<SqliteOpener>;

public sealed class SqliteTickTests : TickContract<SqliteOpener>;

public sealed class MemoryBackendTests : BackendContract<MemoryOpener>;

public sealed class MemoryRunTests : RunContract<MemoryOpener>;

public sealed class MemoryQueryTests : QueryContract<MemoryOpener>;

public sealed class MemoryLogTests : LogContract<MemoryOpener>;

public sealed class MemoryProcessTests : ProcessContract<MemoryOpener>;

public sealed class MemoryRetentionTests : RetentionContract<MemoryOpener>;

public sealed class MemoryLimitTests : LimitContract<MemoryOpener>;

public sealed class MemoryResultTests : ResultContract<MemoryOpener>;

public sealed class MemoryChangeTests : ChangeContract<MemoryOpener>;

public sealed class MemoryTickTests : TickContract<MemoryOpener>;

public sealed class MemoryLeaseTests : LeaseContract<MemoryOpener>;

public sealed class PostgreSqlBackendTests : BackendContract<PostgreSqlOpener>;

public sealed class PostgreSqlRunTests : RunContract<PostgreSqlOpener>;

public sealed class PostgreSqlQueryTests : QueryContract<PostgreSqlOpener>;

public sealed class PostgreSqlLogTests : LogContract<PostgreSqlOpener>;

public sealed class PostgreSqlProcessTests : ProcessContract<PostgreSqlOpener>;

public sealed class PostgreSqlRetentionTests : RetentionContract<PostgreSqlOpener>;

public sealed class PostgreSqlLimitTests : LimitContract<PostgreSqlOpener>;

public sealed class PostgreSqlResultTests : ResultContract<PostgreSqlOpener>;

public sealed class PostgreSqlChangeTests : ChangeContract<PostgreSqlOpener>;

public sealed class PostgreSqlTickTests : TickContract<PostgreSqlOpener>;

public sealed class PostgreSqlLeaseTests : LeaseContract<PostgreSqlOpener>;

// A file has no clock of its own: it is used by the processes of one machine.
public sealed class MemoryClockTests : ClockContract<MemoryOpener>;

public sealed class PostgreSqlClockTests : ClockContract<PostgreSqlOpener>;
