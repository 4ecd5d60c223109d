using System.Text;
using FlowModule.Engine.Files;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// The log file of a scheduled flow. A large file is renamed, also while the script runs, and the oldest file is
/// removed. Several processes may write at once, in whole lines: a writer opens the file exclusively.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="maximumBytes">The size at which it is renamed.</param>
internal sealed class InstanceLog(string path, long maximumBytes = InstanceLog.MaximumBytes)
{
    /// <summary>The default maximum size of a file, in bytes.</summary>
    internal const long MaximumBytes = 10 * 1024 * 1024;

    /// <summary>How many files are kept: the current one and earlier ones, of which <c>.1</c> is the newest.</summary>
    internal const int Files = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private bool _isOurs;

    /// <summary>The first problem with writing the file, or null. Lines that could not be written are lost, even if writing works again later.</summary>
    internal string? Trouble { get; private set; }

    /// <summary>Writes a line about the script that is not its output.</summary>
    /// <param name="time">The time.</param>
    /// <param name="subject">The subject of the line.</param>
    /// <param name="what">The text.</param>
    internal void WriteEvent(DateTimeOffset time, string subject, string what) =>
        WriteLine(FormattableString.Invariant($"---- {time:yyyy-MM-dd HH:mm:ss zzz} | {subject} | {what.TrimEnd()}"));

    internal void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            try
            {
                using FileStream file = Open();
                file.Write(bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                Trouble ??= exception.Message;
            }
        }
    }

    private FileStream Open()
    {
        if (!_isOurs)
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            PrivateFiles.Require(path);
            _isOurs = true;
        }

        FileStream file = OpenAlone(path);
        if (file.Length < maximumBytes)
        {
            return file;
        }

        // Windows cannot rename an open file; and a process that waits to rename must not block writers.
        file.Dispose();
        TryRotate();
        return OpenAlone(path);
    }

    /// <summary>A file that cannot be renamed continues to grow: on Windows, as long as somebody reads it.</summary>
    private void TryRotate()
    {
        try
        {
            RotateAlone();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!OperatingSystem.IsWindows())
            {
                Trouble ??= exception.Message;
            }
        }
    }

    /// <summary>The log itself is renamed, so a lock on it does not exclude processes that open the new file: renaming has its own lock.</summary>
    private void RotateAlone()
    {
        using FileStream turn = OpenAlone(path + ".lock");

        // Another process may have renamed it while this one waited.
        if (new FileInfo(path) is { Exists: true } now && now.Length >= maximumBytes)
        {
            Rotate();
        }
    }

    /// <summary>Continues an interrupted rotation: nothing is moved twice or lost.</summary>
    private void Rotate()
    {
        if (File.Exists(Numbered(0)))
        {
            Shift();
        }

        File.Move(path, Numbered(0));
        Shift();
    }

    private void Shift()
    {
        int free = Enumerable.Range(1, Files - 1).FirstOrDefault(number => !File.Exists(Numbered(number)), Files - 1);
        for (int number = free; number > 0; number--)
        {
            File.Move(Numbered(number - 1), Numbered(number), overwrite: true);
        }
    }

    private string Numbered(int number) => FormattableString.Invariant($"{path}.{number}");

    private static FileStream OpenAlone(string path)
    {
        try
        {
            return ExclusiveFile.Wait(path, Options(path), Patience, Pause);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // The exception may also come from a file to be created, while another process creates its folder.
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            return ExclusiveFile.Wait(path, Options(path), Patience, Pause);
        }
    }

    private static FileStreamOptions Options(string path) => new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,

        // On Windows, FileShare.None would also exclude readers.
        Share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None,
        BufferSize = 0,
    }.Private(path);
}
