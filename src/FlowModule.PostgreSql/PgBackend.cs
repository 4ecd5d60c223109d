using System.Collections.Concurrent;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.PostgreSql;

/// <summary>Histories in PostgreSQL databases. The only thing that the module asks for by name in this assembly.</summary>
internal sealed class PgBackend : IHistoryBackend
{
    private readonly ConcurrentDictionary<HistoryAddress, PgLine> _lines = new();

    /// <summary>The clock of tests that stands in for that of the server; null for none.</summary>
    internal TimeProvider? Clock { get; init; }

    internal static IHistoryBackend Create() => new PgBackend();

    public IReadOnlyList<string> Names => PgServiceFile.Usual.Names;

    public bool Exists(HistoryAddress address)
    {
        try
        {
            using var session = new PgSession(PgPlace.Of(address), nameof(Exists));
            return PgSchema.Exists(session);
        }
        catch (HistoryException)
        {
            // Whether it is there cannot be told: who opens it is told why.
            return true;
        }
    }

    public OpenedStore Open(HistoryAddress address, TimeProvider time) => new(PgHistoryStore.Open(PgPlace.Of(address), LineTo(address), Clock));

    public IProcessPresence PresenceAt(HistoryAddress address) => new PgPresence(LineTo(address));

    public ILeaseStore LeasesAt(HistoryAddress address) => PgLeaseStore.Open(PgPlace.Of(address), LineTo(address));

    /// <summary>The line to a history: one for all that this process does there.</summary>
    private PgLine LineTo(HistoryAddress address) => _lines.GetOrAdd(address, static address => new PgLine(PgPlace.Of(address)));
}
