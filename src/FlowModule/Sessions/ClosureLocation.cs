using System.Management.Automation;

namespace FlowModule.Sessions;

/// <summary>A location of the caller, as a drive path and as a provider path.</summary>
/// <param name="Path">The path with its drive.</param>
/// <param name="Drive">The drive's name, or null for a path that names its provider.</param>
/// <param name="Provider">The provider's full name.</param>
/// <param name="ProviderPath">The path within the provider.</param>
/// <param name="Root">The root of the drive; null for a session of another process.</param>
/// <param name="InDrive">The path within the drive; null with <paramref name="Root"/>.</param>
internal sealed record ClosureLocation(string Path, string? Drive, string Provider, string ProviderPath, string? Root = null, string? InDrive = null)
{
    private const string FileSystem = "Microsoft.PowerShell.Core\\FileSystem";

    internal static ClosureLocation From(PathInfo location) =>
        new(location.Path, location.Drive?.Name, $"{location.Provider.ModuleName}\\{location.Provider.Name}", location.ProviderPath, location.Drive?.Root, location.Drive?.CurrentLocation);

    /// <summary>The folder, for a location in the file system; otherwise null.</summary>
    internal string? Folder => string.Equals(Provider, FileSystem, StringComparison.OrdinalIgnoreCase) ? ProviderPath : null;
}
