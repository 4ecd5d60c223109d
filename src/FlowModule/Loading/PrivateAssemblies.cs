using System.Reflection;
using System.Runtime.Loader;
using FlowModule.Engine.History;

namespace FlowModule.Loading;

/// <summary>
/// Loads what is in one folder of the module in a context of its own: another module of the process may bring another version of the same
/// assemblies, or of a native library. Only the engine is shared.
/// </summary>
internal sealed class PrivateAssemblies : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private PrivateAssemblies(string name, string path)
        : base(name) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>A static method of a type in the assembly that has the name of the type's namespace.</summary>
    /// <param name="folder">The folder that the assembly is in, with all that it needs.</param>
    /// <param name="type">The full name of the type.</param>
    /// <param name="method">The method's name.</param>
    /// <typeparam name="TDelegate">What it is called through. It names types of the runtime and of the engine.</typeparam>
    internal static TDelegate Method<TDelegate>(string folder, string type, string method)
        where TDelegate : Delegate
    {
        string name = type[..type.LastIndexOf('.')];
        string path = PathOf(folder, name + ".dll");
        return new PrivateAssemblies(name, path).LoadFromAssemblyPath(path).GetType(type, throwOnError: true)!
            .GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<TDelegate>();
    }

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

    /// <summary>A file of the module: beside its assembly; or where flow keeps the module, for flow itself.</summary>
    /// <exception cref="FileNotFoundException">It is in neither place: the module is not whole.</exception>
    internal static string PathOf(string folder, string file)
    {
        string own = Path.GetDirectoryName(typeof(Flow).Assembly.Location)!;
        string[] places = [Path.Combine(own, folder, file), Path.Combine(own, "FlowModule", "bin", folder, file)];
        return Array.Find(places, File.Exists)
            ?? throw new FileNotFoundException($"The module's file '{places[0]}' is missing. Install the module again, or build it again.", places[0]);
    }
}
