using System.Management.Automation;

namespace FlowModule.Hosting;

/// <summary>A location of the caller's: with its drive, and as its provider knows it.</summary>
/// <param name="Path">The path with its drive.</param>
/// <param name="Drive">The drive's name, or null for a path that names its provider.</param>
/// <param name="Provider">The provider's full name.</param>
/// <param name="ProviderPath">The path as the provider knows it.</param>
internal sealed record ClosureLocation(string Path, string? Drive, string Provider, string ProviderPath)
{
    private const string FileSystem = "Microsoft.PowerShell.Core\\FileSystem";

    internal static ClosureLocation From(PathInfo location) =>
        new(location.Path, location.Drive?.Name, $"{location.Provider.ModuleName}\\{location.Provider.Name}", location.ProviderPath);

    /// <summary>The folder, for a location in the file system; else null.</summary>
    internal string? Folder => string.Equals(Provider, FileSystem, StringComparison.OrdinalIgnoreCase) ? ProviderPath : null;
}
