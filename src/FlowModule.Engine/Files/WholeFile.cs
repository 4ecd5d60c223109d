namespace FlowModule.Engine;

/// <summary>Writes a file whole: who reads it finds all of it, or what was there before, whenever this process is killed.</summary>
internal static class WholeFile
{
    /// <param name="path">The file.</param>
    /// <param name="write">Writes what it is to hold.</param>
    /// <param name="overwrite">Whether it replaces one that is there.</param>
    /// <param name="isPrivate">Whether only its owner may read it, where files have such rights.</param>
    /// <exception cref="IOException">It cannot be written, or is there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    internal static void Write(string path, Action<FileStream> write, bool overwrite = true, bool isPrivate = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Beside it, for only within a folder is a file replaced at once.
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, options))
            {
                write(stream);
            }

            File.Move(unfinished, path, overwrite);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }
}
