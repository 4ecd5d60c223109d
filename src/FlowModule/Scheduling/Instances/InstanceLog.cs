using System.Text;
using FlowModule.Engine.Files;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// The file that the output of a scheduled flow goes to. When it has grown large it is renamed, also while the script runs, and the oldest is
/// removed. Several processes may write at once, each a line whole: who writes has the file for itself meanwhile.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="maximumBytes">How large one grows.</param>
internal sealed class InstanceLog(string path, long maximumBytes = InstanceLog.MaximumBytes)
{
    /// <summary>How large a file grows, in bytes.</summary>
    internal const long MaximumBytes = 10 * 1024 * 1024;

    /// <summary>How many files are kept: the one that is written, and those before it, <c>.1</c> the youngest.</summary>
    internal const int Files = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private bool _isOurs;

    /// <summary>What was wrong with the file when it could first not be written, or null. What could not be written is lost, also when it goes on later.</summary>
    internal string? Trouble { get; private set; }

    /// <summary>Writes a line that is none of the script's: what happens to it.</summary>
    /// <param name="time">When.</param>
    /// <param name="subject">Of what it is told.</param>
    /// <param name="what">What is told.</param>
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

        // An open file cannot be renamed on Windows; and who waits for its turn to rename must not keep others from writing.
        file.Dispose();
        TryRotate();
        return OpenAlone(path);
    }

    /// <summary>One that cannot be renamed grows on: on Windows, as long as somebody reads it.</summary>
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

    /// <summary>The log itself is renamed, so a lock on it keeps nobody out who has come to the new one: renaming has a lock of its own.</summary>
    private void RotateAlone()
    {
        using FileStream turn = OpenAlone(path + ".lock");

        // Another process may have done it while this one waited.
        if (new FileInfo(path) is { Exists: true } now && now.Length >= maximumBytes)
        {
            Rotate();
        }
    }

    /// <summary>Goes on where it could not before, when another file was read: nothing is moved twice, or lost.</summary>
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
            return FileTurn.Wait(path, Options(path), Patience, Pause);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            // Also what is said of a file that is to be made, when another makes its folder just then.
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            return FileTurn.Wait(path, Options(path), Patience, Pause);
        }
    }

    private static FileStreamOptions Options(string path) => new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,

        // On Windows, where that is held against those who only read, they may.
        Share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None,
        BufferSize = 0,
    }.Private(path);
}
