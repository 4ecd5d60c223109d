using System.Reflection.PortableExecutable;

namespace FlowModule.Benchmarks;

/// <summary>
/// A pwsh that starts as one from PowerShell's archives and installers does: their assemblies contain machine code, those of the .NET tool, which is for
/// all platforms, do not. A build of flow compiles the same assemblies for itself, so here they are only put together.
/// </summary>
internal static class CompiledPwsh
{
    /// <summary>Makes one from the .NET tool. Returns its program; null if there is no tool, or if flow was built without machine code.</summary>
    /// <param name="tool">The pwsh.dll of the tool.</param>
    /// <param name="folder">The folder to make.</param>
    internal static string? Make(string tool, string folder)
    {
        string engine = Path.Combine(Path.GetDirectoryName(Session.Setting("FlowHost"))!, "runtimes", OperatingSystem.IsWindows() ? "win" : "unix", "lib", "net10.0");
        string[] assemblies = Directory.Exists(engine) ? Directory.GetFiles(engine, "Microsoft.PowerShell.*.dll") : [];
        string automation = Path.Combine(engine, "System.Management.Automation.dll");
        if (Path.GetExtension(tool) != ".dll" || !File.Exists(automation) || !HasMachineCode(automation))
        {
            return null;
        }

        string from = Path.GetDirectoryName(tool)!;
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (string assembly in assemblies.Append(automation))
        {
            File.Copy(assembly, Path.Combine(folder, Path.GetFileName(assembly)), overwrite: true);
        }

        return Path.Combine(folder, Path.GetFileName(tool));
    }

    private static bool HasMachineCode(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
    }
}
