using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>A history in a PostgreSQL database. One connection writes, and another reads: neither waits for the other.</summary>
internal sealed class PgHistoryStore : SqlHistoryStore
{
    private readonly PgSession _writing;
    private readonly PgSession _reading;
    private readonly PgRunWriter _writer;

    private PgHistoryStore(PgLine line, PgSession writing, PgSession reading, PgRunWriter writer, string name, TimeProvider time)
        : base(writing, reading, writer, time, PgSchema.Version)
    {
        _writing = writing;
        _reading = reading;
        _writer = writer;
        Changes = new PgChanges(line, name, ofRuns: true);
        SharedChanges = new PgChanges(line, name, ofRuns: false);
    }

    public override IStoreChanges Changes { get; }

    public override IStoreChanges SharedChanges { get; }

    /// <summary>Opens the history, and makes its tables if there are none.</summary>
    /// <param name="place">The database.</param>
    /// <param name="line">This process's line to it.</param>
    /// <param name="clock">The clock of a test; null for the clock of the server.</param>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal static PgHistoryStore Open(PgPlace place, PgLine line, TimeProvider? clock)
    {
        string name = Guid.NewGuid().ToString("N");
        var writing = new PgSession(place, name);
        var reading = new PgSession(place, name);
        try
        {
            writing.Open();
            PgPooler.Refuse(place);
            PgSchema.Apply(writing);
            PgCommit.Clean(writing);
            return new PgHistoryStore(line, writing, reading, new PgRunWriter(writing, name), name, clock ?? new PgClock(writing));
        }
        catch (HistoryException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable })
        {
            HistoryException denied = PgSchema.Denied(writing, exception);
            writing.Dispose();
            throw denied;
        }
        catch
        {
            writing.Dispose();
            throw;
        }
    }

    /// <summary>Writes a batch in one round trip, if nothing has to be asked before.</summary>
    public override void Write(HistoryBatch batch)
    {
        if (!_writer.TryWrite(batch))
        {
            base.Write(batch);
        }
    }

    public override void Dispose()
    {
        _writing.Dispose();
        _reading.Dispose();
    }

    private sealed class PgChanges(PgLine line, string own, bool ofRuns) : IStoreChanges
    {
        public IDisposable Watch(Action changed, bool isPatient = false) => line.Watch(own, changed, ofRuns);
    }

    protected override long? Size() => _reading.Number(
        "SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1 AND relkind = 'r'",
        _writing.Place.Schema);
}
