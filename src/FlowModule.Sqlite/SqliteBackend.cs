using FlowModule.Engine.Storage;

namespace FlowModule.Sqlite;

/// <summary>Histories in files. The only thing that the module asks for by name in this assembly.</summary>
internal sealed class SqliteBackend : IHistoryBackend
{
    internal static IHistoryBackend Create() => new SqliteBackend();

    public bool Exists(HistoryAddress address) => File.Exists(address.Place);

    public OpenedStore Open(HistoryAddress address, TimeProvider time) => SqliteHistory.Open(address.Place, time);

    public IProcessPresence PresenceAt(HistoryAddress address) => new FilePresence(address.Place);
}
