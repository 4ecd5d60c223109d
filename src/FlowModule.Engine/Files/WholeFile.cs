using System.Diagnostics;
using FlowModule.Engine.Liveness;

namespace FlowModule.Engine.Files;

/// <summary>Writes a file whole: who reads it finds all of it, or what was there before, whenever this process is killed.</summary>
internal static class WholeFile
{
    // Whoever reads such a file is done with it at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="path">The file.</param>
    /// <param name="write">Writes what it is to hold.</param>
    /// <param name="overwrite">Whether it replaces one that is there.</param>
    /// <param name="isPrivate">Whether only its owner may read it, where files have such rights.</param>
    /// <exception cref="IOException">It cannot be written, or is there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    internal static void Write(string path, Action<FileStream> write, bool overwrite = true, bool isPrivate = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // What others may read they may not change, whatever the umask says.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (isPrivate ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        // Beside it, for only within a folder is a file replaced at once.
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, options))
            {
                write(stream);
            }

            Move(unfinished, path, overwrite);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }

    private static void Move(string unfinished, string path, bool overwrite)
    {
        for (long begin = Stopwatch.GetTimestamp(); ; Thread.Sleep(Pause))
        {
            try
            {
                File.Move(unfinished, path, overwrite);
                return;
            }
            catch (Exception exception) when (IsRead(exception) && Stopwatch.GetElapsedTime(begin) < Patience)
            {
                // Windows does not replace a file that somebody has open.
            }
        }
    }

    private static bool IsRead(Exception exception) =>
        OperatingSystem.IsWindows() && (exception is UnauthorizedAccessException || (exception is IOException held && ProcessLock.IsHeld(held)));
}
