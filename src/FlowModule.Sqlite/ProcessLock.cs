using FlowModule.Engine.Files;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Sqlite;

/// <summary>
/// A file beside the history that a process keeps locked as long as it lives. The kernel lets go of the lock when the process dies,
/// in whatever way.
/// </summary>
internal sealed class ProcessLock : IPresence
{
    /// <summary>What the name of the folder of these files ends in, after the history's.</summary>
    internal const string FolderEnd = ".processes";

    private readonly string _path;
    private readonly FileStream? _file;

    private ProcessLock(string path, FileStream? file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Whether others can tell by the lock that the process lives.</summary>
    public bool IsSeen { get; private init; }

    /// <summary>Whether its file is still where others look for it: someone may have removed it with the history.</summary>
    public bool IsThere => File.Exists(_path);

    /// <summary>Takes a process's lock. Where it cannot be had, or excludes nobody, the process goes without.</summary>
    internal static ProcessLock Take(string history, Guid key)
    {
        string path = PathOf(history, key);
        FileStream? file = null;
        try
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);

            // Without a buffer: nothing is ever written.
            file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 }.Private(path));

            // On some file systems locks are granted to everybody; and those of a network drive may be known to one machine alone.
            return new ProcessLock(path, file) { IsSeen = new DriveInfo(path).DriveType != DriveType.Network && Try(history, key) == LockEvidence.Held };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new ProcessLock(path, file);
        }
    }

    /// <summary>Tries the lock of a process.</summary>
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
            // Gone, or not for this user.
            return LockEvidence.None;
        }
    }

    /// <summary>Removes the lock's file of a process that is gone.</summary>
    internal static void Remove(string history, Guid key) => Delete(PathOf(history, key));

    /// <summary>Lets go of the lock, and removes its file.</summary>
    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            Delete(_path);
        }
    }

    internal static string PathOf(string history, Guid key) => Path.Combine(history + FolderEnd, key.ToString("N"));

    /// <summary>Opens a lock's file as nobody can who is kept out by its holder. Those who try do not keep each other out.</summary>
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
            // An empty file is left, which says nothing.
        }
    }
}
