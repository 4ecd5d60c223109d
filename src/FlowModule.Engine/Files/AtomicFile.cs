using System.Diagnostics;

namespace FlowModule.Engine.Files;

/// <summary>Writes a file atomically: a reader sees all of it or the previous content, even if this process is killed.</summary>
internal static class AtomicFile
{
    // Readers of such a file close it at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="overwrite">Whether to replace an existing file.</param>
    /// <param name="isPrivate">Whether only its owner may read it, where files have such rights.</param>
    /// <exception cref="IOException">It cannot be written, or it exists.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    internal static void Write(string path, Action<FileStream> write, bool overwrite = true, bool isPrivate = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // Others may read some files but never change them, whatever the umask is.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (isPrivate ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        // In the same folder, because only there a file is replaced atomically.
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
                // Windows cannot replace a file that another process has open.
            }
        }
    }

    private static bool IsRead(Exception exception) =>
        OperatingSystem.IsWindows() && (exception is UnauthorizedAccessException || (exception is IOException held && HeldFile.IsHeld(held)));
}
