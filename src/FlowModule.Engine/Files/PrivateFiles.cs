namespace FlowModule.Engine.Files;

/// <summary>
/// The module's own files and folders: what is in them is run, or nobody else's business. They are made private, whatever the umask says, and those
/// that belong to another user, or that others can write, are refused, as ssh does. Who shares a folder on purpose names it in
/// <see cref="SharedVariable"/>: what is in it is used whoever it belongs to.
/// </summary>
internal static class PrivateFiles
{
    /// <summary>Names the folders that are shared with other users on purpose, as PATH names folders.</summary>
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

    /// <summary>Sees that what is in a file may be used as the user's own, or would be, should it be made.</summary>
    /// <param name="path">The file.</param>
    /// <param name="beside">What belongs to it and lies beside it: what its name ends in.</param>
    /// <exception cref="OthersFileException">It, or its folder, belongs to another user or can be written by one.</exception>
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

    /// <summary>The same for all that is in a folder.</summary>
    /// <exception cref="OthersFileException">It belongs to another user or can be written by one.</exception>
    internal static void RequireFolder(string path)
    {
        if (!IsShared(path))
        {
            RequireOne(path);
        }
    }

    /// <summary>Makes a folder that is the user's alone, if it is not there; with those around it that are not either.</summary>
    internal static void MakeFolder(string path)
    {
        if (Directory.Exists(path) || IsShared(path))
        {
            Directory.CreateDirectory(path);
            return;
        }

        // One after another: what .NET makes around the last is as the umask says.
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

    /// <summary>Has a file that is opened be the user's alone if it is made.</summary>
    internal static FileStreamOptions Private(this FileStreamOptions options, string path)
    {
        // On Windows a file is as private as its folder.
        if (!OperatingSystem.IsWindows() && !IsShared(path))
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    /// <summary>Takes the rights away that others have on a file or folder of ours that was made before.</summary>
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
            // Not every file system has such rights: on some they are what the mount says.
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
            ? $"The {what} '{path}' belongs to another user, and what is in it would run as you."
            : $"Other users can write to the {what} '{path}', and what is in it would run as you.{(OperatingSystem.IsWindows() ? null : $" \"chmod go-w '{path}'\" ends that.")}";
        throw new OthersFileException($"{why} If it is shared on purpose, name its folder in the environment variable {SharedVariable}.");
    }

    private static bool IsIn(string path, string folder)
    {
        StringComparison comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return path.StartsWith(folder, comparison) && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);
    }
}

/// <summary>A file or folder is another user's, or can be changed by others, and is not used.</summary>
/// <param name="message">What a person should know, as whole sentences.</param>
internal sealed class OthersFileException(string message) : UnauthorizedAccessException(message);
