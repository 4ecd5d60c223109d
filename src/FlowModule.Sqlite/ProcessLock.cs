using FlowModule.Engine.Files;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Sqlite;

/// <summary>
/// A file beside the history that a process keeps locked while it lives. The kernel releases the lock when the process dies, however it
/// dies.
/// </summary>
internal sealed class ProcessLock : IPresence
{
    /// <summary>The suffix of the folder for these files, after the history's name.</summary>
    internal const string FolderEnd = ".processes";

    private readonly string _path;
    private readonly FileStream? _file;

    private ProcessLock(string path, FileStream? file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Whether other processes can use the lock to see that this process is alive.</summary>
    public bool IsSeen { get; private init; }

    /// <summary>Whether the file is still where others look for it. A user may have deleted it together with the history.</summary>
    public bool IsThere => File.Exists(_path);

    /// <summary>Takes the lock of a process. If the lock is not available or excludes nobody, the process works without it.</summary>
    internal static ProcessLock Take(string history, Guid key)
    {
        string path = PathOf(history, key);
        FileStream? file = null;
        try
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);

            // No buffer, because nothing is ever written.
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 }.Private(path));

            // Some file systems grant a lock to everybody, and the locks of a network drive may be visible on one machine only.
            return new ProcessLock(path, file) { IsSeen = new DriveInfo(path).DriveType != DriveType.Network && Try(history, key) == LockEvidence.Held };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new ProcessLock(path, file);
        }
    }

    /// <summary>Tests the lock of a process.</summary>
    internal static LockEvidence Try(string history, Guid key)
    {
        try
        {
            using FileStream file = OpenToTry(history, key);
            return LockEvidence.Free;
        }
        catch (IOException exception) when (HeldFile.IsHeld(exception))
        {
            return LockEvidence.Held;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file was deleted, or this user has no access to it.
            return LockEvidence.None;
        }
    }

    /// <summary>Deletes the lock file of a dead process.</summary>
    internal static void Remove(string history, Guid key) => Delete(PathOf(history, key));

    /// <summary>Releases the lock and deletes its file.</summary>
    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            Delete(_path);
        }
    }

    internal static string PathOf(string history, Guid key) => Path.Combine(history + FolderEnd, key.ToString("N"));

    /// <summary>Opens a lock file in a mode that fails while its owner holds it. Several processes can test at the same time.</summary>
    internal static FileStream OpenToTry(string history, Guid key) =>
        new(PathOf(history, key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty file stays behind, which does no harm.
        }
    }
}
