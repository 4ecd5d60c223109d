namespace FlowModule.Engine.Files;

/// <summary>
/// The module's own files and folders. Their content is executed, or is confidential. So they are created private, whatever the umask is, and files and folders
/// that belong to another user, or that others can write to, are refused, as ssh does. <see cref="SharedVariable"/> names folders that are shared on purpose:
/// files in them are used regardless of their owner.
/// </summary>
internal static class PrivateFiles
{
    /// <summary>The user's own folder of this module, whatever the environment says of histories.</summary>
    internal static string UserFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "FlowModule");

    /// <summary>The environment variable that names the folders that are shared with other users on purpose, separated as in PATH.</summary>
    internal const string SharedVariable = "FLOW_SHARED_FOLDERS";

    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Whether a path is in a folder that is shared on purpose.</summary>
    internal static bool IsShared(string path)
    {
        string? shared = Environment.GetEnvironmentVariable(SharedVariable);
        return !string.IsNullOrEmpty(shared) && Array.Exists(
            shared.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            folder => Path.IsPathFullyQualified(folder) && IsIn(Path.GetFullPath(path), Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
    }

    /// <summary>Checks that a file may be used as the user's own, also if it does not exist yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="beside">The suffixes of further files that belong to it.</param>
    /// <exception cref="OthersFileException">The file or its folder belongs to another user, or another user can write to it.</exception>
    internal static void Require(string path, params ReadOnlySpan<string> beside)
    {
        if (IsShared(path))
        {
            return;
        }

        RequireOne(Path.GetDirectoryName(Path.GetFullPath(path))!);
        RequireOne(path);
        foreach (string end in beside)
        {
            RequireOne(path + end);
        }
    }

    /// <summary>Checks the same for a folder and everything in it.</summary>
    /// <exception cref="OthersFileException">It belongs to another user, or another user can write to it.</exception>
    internal static void RequireFolder(string path)
    {
        if (!IsShared(path))
        {
            RequireOne(path);
        }
    }

    /// <summary>Whether others than the owner of a file may read it. On Windows a file is as private as its folder, which is not asked.</summary>
    internal static bool CanOthersRead(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FolderMode) != UnixFileMode.None;

    /// <summary>Creates a private folder, and missing parent folders, if they do not exist.</summary>
    internal static void MakeFolder(string path)
    {
        if (Directory.Exists(path) || IsShared(path))
        {
            Directory.CreateDirectory(path);
            return;
        }

        // One level at a time: .NET would create the parent folders with the rights of the umask.
        if (Path.GetDirectoryName(path) is { Length: > 0 } around && !Directory.Exists(around))
        {
            MakeFolder(around);
        }

        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, FolderMode);
        }
        else
        {
            WindowsRights.MakeFolder(path);
        }
    }

    /// <summary>Sets the options so that a new file is private.</summary>
    internal static FileStreamOptions Private(this FileStreamOptions options, string path)
    {
        // On Windows a file is as private as its folder.
        if (!OperatingSystem.IsWindows() && !IsShared(path))
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    /// <summary>Removes the rights of others from an existing file or folder of the module.</summary>
    internal static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows() || IsShared(path) || FileRights.Of(path) is not { } rights || rights.Owner != FileRights.Me || (rights.Mode & ~FolderMode) == UnixFileMode.None)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, rights.Mode & FolderMode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some file systems have no such rights; the mount decides there.
        }
    }

    private static void RequireOne(string path)
    {
        FileFault? fault = OperatingSystem.IsWindows() ? WindowsRights.FindFault(path) : FileRights.Of(path)?.FindFault(FileRights.Me, FileRights.IsOwnGroup);
        if (fault is null)
        {
            return;
        }

        string what = Directory.Exists(path) ? "folder" : "file";
        string why = fault == FileFault.OfAnother
            ? $"The {what} '{path}' belongs to another user, and its content would run as you."
            : $"Other users can write to the {what} '{path}', and its content would run as you.{(OperatingSystem.IsWindows() ? null : $" \"chmod go-w '{path}'\" ends that.")}";
        throw new OthersFileException($"{why} If it is shared on purpose, name its folder in the environment variable {SharedVariable}.");
    }

    private static bool IsIn(string path, string folder)
    {
        StringComparison comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return path.StartsWith(folder, comparison) && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);
    }
}

/// <summary>A file or folder is not used because it belongs to another user or can be changed by others.</summary>
/// <param name="message">The explanation for the user, in complete sentences.</param>
internal sealed class OthersFileException(string message) : UnauthorizedAccessException(message);
