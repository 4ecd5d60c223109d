using System.Management.Automation;
using System.Text;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Opens the text files that commands name by PowerShell paths.</summary>
internal static class TextFiles
{
    public static Encoding DefaultEncoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The file that <paramref name="path"/> names, whether it exists or not.</summary>
    public static string Resolve(PSCmdlet command, string path)
    {
        string file = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        EnsureFileSystem(command, path, provider);
        return file;
    }

    /// <summary>The files that exist under the given paths; an error for each path that names none.</summary>
    public static IEnumerable<string> ResolveExisting(PSCmdlet command, string[]? paths, string[]? literalPaths)
    {
        foreach (string path in paths ?? [])
        {
            IEnumerable<string> files = [];
            try
            {
                files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
                EnsureFileSystem(command, path, provider);
            }
            catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
            {
                command.WriteError(new ErrorRecord(((IContainsErrorRecord)e).ErrorRecord, e));
            }

            foreach (string file in files)
            {
                yield return file;
            }
        }

        foreach (string path in literalPaths ?? [])
        {
            string file = Resolve(command, path);
            if (File.Exists(file))
            {
                yield return file;
            }
            else
            {
                command.WriteError(new ErrorRecord(
                    new ItemNotFoundException($"Cannot find path '{path}' because it does not exist."), "PathNotFound", ErrorCategory.ObjectNotFound, path));
            }
        }
    }

    public static StreamWriter OpenWriter(PSCmdlet command, string file, Encoding encoding, bool append, bool noClobber, bool force)
    {
        try
        {
            FileInfo info = new(file);
            if (force && info is { Exists: true, IsReadOnly: true })
            {
                info.IsReadOnly = false;
            }

            FileMode mode = append ? FileMode.Append : noClobber ? FileMode.CreateNew : FileMode.Create;
            return new StreamWriter(new FileStream(file, mode, FileAccess.Write, FileShare.ReadWrite), encoding);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            command.ThrowTerminatingError(new ErrorRecord(e, "FileOpenFailure", ErrorCategory.OpenError, file));
            throw;
        }
    }

    private static void EnsureFileSystem(PSCmdlet command, string path, ProviderInfo provider)
    {
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase))
        {
            command.ThrowTerminatingError(new ErrorRecord(
                new PSNotSupportedException($"'{path}' is no file: it belongs to the provider {provider.Name}."),
                "ReadWriteFileNotFileSystemProvider",
                ErrorCategory.InvalidArgument,
                path));
        }
    }
}
