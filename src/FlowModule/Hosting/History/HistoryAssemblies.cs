using System.Reflection;
using System.Runtime.Loader;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>
/// Loads what the history needs in a context of its own: another module of the process may bring another version of the same assemblies,
/// or of the native library. Only the engine is shared.
/// </summary>
internal sealed class HistoryAssemblies : AssemblyLoadContext
{
    private const string SqliteName = "FlowModule.Sqlite";

    private static readonly Lazy<Func<string, RunHistory, OpenedStore>> LazyOpen = new(Load);

    private readonly AssemblyDependencyResolver _resolver;

    private HistoryAssemblies(string path)
        : base(SqliteName) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>Opens the history in a file.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    internal static OpenedStore Open(string path, RunHistory history) => LazyOpen.Value(path, history);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == typeof(RunHistory).Assembly.GetName().Name)
        {
            return typeof(RunHistory).Assembly;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static Func<string, RunHistory, OpenedStore> Load()
    {
        // Beside the module's assembly; or where flow keeps the module, for flow itself.
        string folder = System.IO.Path.GetDirectoryName(typeof(Flow).Assembly.Location)!;
        string path = new[] { "sqlite", System.IO.Path.Combine("FlowModule", "bin", "sqlite") }
            .Select(inside => System.IO.Path.Combine(folder, inside, SqliteName + ".dll"))
            .First(File.Exists);
        Type opener = new HistoryAssemblies(path).LoadFromAssemblyPath(path).GetType("FlowModule.Sqlite.SqliteHistory", throwOnError: true)!;
        return opener.GetMethod("Open", BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Func<string, RunHistory, OpenedStore>>();
    }
}
