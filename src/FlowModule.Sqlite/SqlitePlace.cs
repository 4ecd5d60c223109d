using System.Buffers.Binary;
using System.Globalization;
using FlowModule.Engine.Files;
using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;

namespace FlowModule.Sqlite;

/// <summary>
/// Where a history is. Only one process at a time opens the file, sets it aside or begins it anew; and each can tell whether another
/// has done so since: a number in the file that they lock is another then.
/// </summary>
internal sealed class SqlitePlace(string path, TimeProvider time)
{
    private const int RetryMilliseconds = 10;

    /// <summary>What SQLite keeps beside a file, by the ends of its names.</summary>
    private static readonly string[] Beside = ["-wal", "-shm", "-journal"];

    private readonly string _folder = path + ProcessLock.FolderEnd;
    private long _generation;

    internal string Path => path;

    /// <summary>Sees that the history may be used: what is in it is run as the user who uses it.</summary>
    /// <exception cref="OthersFileException">It, what is beside it, or its folder is another user's, or others can write it.</exception>
    internal void Require() => PrivateFiles.Require(path, [ProcessLock.FolderEnd, .. Beside]);

    /// <summary>Whether a history of ours is or was here.</summary>
    internal bool IsKnown => Directory.Exists(_folder);

    /// <summary>Opens what is here, with no other process on the way.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    internal OpenedStore Open(Func<SqlitePlace, IHistoryStore> open)
    {
        using FileStream? file = Lock();
        _generation = Read(file);
        if (!File.Exists(path))
        {
            // What is left of a file that was removed is no part of the next.
            Delete("-wal");
        }

        if (!File.Exists(path + "-wal"))
        {
            Delete("-shm");
        }

        if (!File.Exists(path + "-shm"))
        {
            // Nobody has this file open. Whoever has one that was here before may notice only later, and what is beside this one is none of theirs.
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
            return new OpenedStore(open(this), $"The history '{path}' is damaged. It was set aside as '{aside}', and a new one is begun.");
        }
    }

    /// <summary>Renames the damaged file, which this process has closed, unless another has done so. Says what it is called now.</summary>
    /// <exception cref="HistoryException">It cannot be renamed.</exception>
    internal string? SetAside()
    {
        using FileStream? file = Lock();
        return Read(file) == _generation ? SetAside(file) : null;
    }

    /// <summary>
    /// The file is gone, or another is in its place: what is left of it beside it is not to be taken for the other's. Only the first
    /// process that notices sees to that.
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

    /// <summary>Sees that nobody else can read what is here: SQLite gives its log the rights of the file, and makes the file with those that the umask leaves.</summary>
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
            // There is none; or it must not be here when the next file is begun.
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
            // Opening says what is wrong.
        }
    }

    /// <summary>Waits until no other process has it; null where there are no such locks.</summary>
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

    /// <summary>Sets another number. At random: the file of the number is removed too when someone clears up, and none may come twice.</summary>
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
            // The disk is full: then nothing can be begun anew either.
        }
    }
}
