using System.Buffers.Binary;
using System.Globalization;
using FlowModule.Engine.Files;
using FlowModule.Engine.Storage;

namespace FlowModule.Sqlite;

/// <summary>
/// The location of a history. A file lock allows only one process at a time to open the file, set it aside or create a new one. The lock file
/// holds a random number: a new number tells other processes that the history file was replaced.
/// </summary>
internal sealed class SqlitePlace(string path, TimeProvider time)
{
    private const int RetryMilliseconds = 10;

    /// <summary>The suffixes of the files that SQLite keeps beside a database.</summary>
    private static readonly string[] Beside = ["-wal", "-shm", "-journal"];

    private readonly string _folder = path + ProcessLock.FolderEnd;
    private long _generation;

    internal string Path => path;

    /// <summary>Checks that the history is safe to use: its contents are executed with the rights of the user who opens it.</summary>
    /// <exception cref="OthersFileException">The file, a file beside it or its folder belongs to another user, or others can write to it.</exception>
    internal void Require() => PrivateFiles.Require(path, [ProcessLock.FolderEnd, .. Beside]);

    /// <summary>Whether one of our histories is or was at this path.</summary>
    internal bool IsKnown => Directory.Exists(_folder);

    /// <summary>Opens the history while no other process opens or replaces it.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    internal OpenedStore Open(Func<SqlitePlace, IHistoryStore> open)
    {
        using FileStream? file = Lock();
        _generation = Read(file);
        if (!File.Exists(path))
        {
            // A log that a deleted file left behind must not be applied to the next file.
            Delete("-wal");
        }

        if (!File.Exists(path + "-wal"))
        {
            Delete("-shm");
        }

        if (!File.Exists(path + "-shm"))
        {
            // No process has this file open. A process that has its predecessor open may notice the change later and must not touch this file's neighbors.
            Renew(file);
        }

        try
        {
            MakePrivate();
            return new OpenedStore(open(this));
        }
        catch (HistoryException exception) when (exception.Kind == HistoryFault.Damaged)
        {
            if (SetAside(file) is not { } aside)
            {
                throw;
            }

            MakePrivate();
            return new OpenedStore(open(this), $"The history '{path}' is damaged. It was set aside as '{aside}', and a new one was created.");
        }
    }

    /// <summary>Renames the damaged file, which this process has closed, unless another process has done so. Returns the new name.</summary>
    /// <exception cref="HistoryException">It cannot be renamed.</exception>
    internal string? SetAside()
    {
        using FileStream? file = Lock();
        return Read(file) == _generation ? SetAside(file) : null;
    }

    /// <summary>
    /// Removes the files that a deleted or replaced history left behind, so that SQLite does not apply them to its successor. Only the first
    /// process that notices does this.
    /// </summary>
    internal void Leave()
    {
        using FileStream? file = Lock();
        if (Read(file) == _generation)
        {
            Delete("-wal");
            Delete("-shm");
            Renew(file);
        }
    }

    /// <summary>Makes the files private to the user: SQLite creates the file with the umask's rights, and the log with the file's rights.</summary>
    private void MakePrivate()
    {
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite }.Private(path)).Dispose();
        }

        PrivateFiles.MakePrivate(_folder);
        foreach (string end in (string[])["", .. Beside])
        {
            PrivateFiles.MakePrivate(path + end);
        }
    }

    private string? SetAside(FileStream? file)
    {
        string aside = Free($"{path}.damaged-{Now()}");
        try
        {
            File.Move(path, aside);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException(
                HistoryFault.Unavailable, $"The history '{path}' is damaged, and cannot be set aside: {exception.Message.TrimEnd('.')}.", exception);
        }

        Move("-wal", aside + "-wal");
        Move("-shm", aside + "-shm");
        Renew(file);
        return aside;
    }

    private string Now() => time.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    private static string Free(string name)
    {
        string free = name;
        for (int i = 2; File.Exists(free); i++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        }

        return free;
    }

    private void Move(string suffix, string target)
    {
        try
        {
            File.Move(path + suffix, target, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Either there is no such file, or it cannot be moved; the next file must not find it in either case.
            Delete(suffix);
        }
    }

    private void Delete(string suffix)
    {
        try
        {
            File.Delete(path + suffix);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Opening the file reports the error.
        }
    }

    /// <summary>Waits for the lock; returns null where file locks do not work.</summary>
    private FileStream? Lock()
    {
        string file = System.IO.Path.Combine(_folder, "opening");
        FileStreamOptions options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 }.Private(file);
        try
        {
            PrivateFiles.MakeFolder(_folder);
            return ExclusiveFile.Wait(file, options, TimeSpan.FromMilliseconds(SqliteHistoryStore.BusyTimeout), TimeSpan.FromMilliseconds(RetryMilliseconds));
        }
        catch (IOException exception) when (HeldFile.IsHeld(exception))
        {
            throw new HistoryException(
                HistoryFault.Unavailable, $"The history '{path}' cannot be used: another process has been opening it for too long.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    private static long Read(FileStream? file)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        if (file is null)
        {
            return 0;
        }

        file.Position = 0;
        return file.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) == number.Length ? BinaryPrimitives.ReadInt64LittleEndian(number) : 0;
    }

    /// <summary>Writes a new number. It is random, because a user may delete the number's file too, and no number may occur twice.</summary>
    private void Renew(FileStream? file)
    {
        if (file is null)
        {
            return;
        }

        _generation = Random.Shared.NextInt64();
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, _generation);
        try
        {
            file.Position = 0;
            file.Write(number);
            file.Flush();
        }
        catch (IOException)
        {
            // The disk is full, so no new file can be created either.
        }
    }
}
