using FlowModule.Engine;

namespace FlowModule.Sqlite;

/// <summary>Opens histories. The only thing that the module asks for by name in this assembly.</summary>
internal static class SqliteHistory
{
    internal static OpenedStore Open(string path, RunHistory history) => new(new SqliteHistoryStore(path, history));
}
