using System.Reflection;
using System.Runtime.Loader;

namespace FlowModule.Engine.Loading;

/// <summary>
/// Loads the assemblies of one folder of the module in a separate context: another module of the process may load another version of the same
/// assemblies, or of a native library. Only the engine is shared.
/// </summary>
internal sealed class PrivateAssemblies : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private PrivateAssemblies(string name, string path)
        : base(name) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>A static method of a type in the assembly that is named like the type's namespace.</summary>
    /// <param name="folder">The folder that contains the assembly and its dependencies.</param>
    /// <param name="type">The full name of the type.</param>
    /// <param name="method">The method's name.</param>
    /// <typeparam name="TDelegate">The delegate type. It only uses types of the runtime and of the engine.</typeparam>
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
        if (assemblyName.Name == typeof(PrivateAssemblies).Assembly.GetName().Name)
        {
            return typeof(PrivateAssemblies).Assembly;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    /// <summary>A file of the module: beside its assembly or, for <c>flow</c>, in the module folder of the program.</summary>
    /// <exception cref="FileNotFoundException">It is in neither place: the module is incomplete.</exception>
    internal static string PathOf(string folder, string file)
    {
        string own = Path.GetDirectoryName(typeof(PrivateAssemblies).Assembly.Location)!;
        string[] places = [Path.Combine(own, folder, file), Path.Combine(own, "FlowModule", "bin", folder, file)];
        return Array.Find(places, File.Exists)
            ?? throw new FileNotFoundException($"The module's file '{places[0]}' is missing. Install the module again, or build it again.", places[0]);
    }
}
