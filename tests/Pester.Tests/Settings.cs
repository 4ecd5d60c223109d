using System.Reflection;

namespace Pester.Tests;

/// <summary>Values from the project file: the paths of pwsh, the versions of Pester and the tests.</summary>
internal static class Settings
{
    internal static string Assembly { get; } = typeof(Settings).Assembly.Location;

    internal static string PwshDll { get; } = Values(nameof(PwshDll)).Single();

    internal static string FlowDll { get; } = Values(nameof(FlowDll)).Single();

    internal static string Script { get; } = Values(nameof(Script)).Single();

    /// <summary>The manifests of Pester's modules. The folder of a package is named after its version.</summary>
    internal static IReadOnlyList<PesterModule> Modules { get; } =
        [.. Values("Pester").Select(path => new PesterModule(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)))!, path))];

    internal static IReadOnlyList<string> TestFiles { get; } =
        [.. Directory.EnumerateFiles(Values("Tests").Single(), "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The program that runs this assembly also runs pwsh.dll.</summary>
    internal static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    private static IEnumerable<string> Values(string key) => typeof(Settings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal)).Select(attribute => attribute.Value!);
}

/// <summary>A version of Pester.</summary>
internal sealed record PesterModule(string Version, string Path);
