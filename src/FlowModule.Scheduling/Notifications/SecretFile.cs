namespace FlowModule.Scheduling.Notifications;

/// <summary>A file with one secret: a password or a token. It is read at each use, so that it can be changed without a new registration.</summary>
internal static class SecretFile
{
    private const int MostBytes = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Returns the contents without the final line end, which editors add.</summary>
    /// <exception cref="SecretFileException">It cannot be read, or it is empty.</exception>
    internal static string Read(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            {
                throw new SecretFileException($"The file '{path}' is too large for a password or a token.");
            }

            text = File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SecretFileException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }

        return text.Length > 0 ? text : throw new SecretFileException($"The file '{path}' is empty.");
    }

    /// <summary>Returns the value of a header.</summary>
    /// <exception cref="SecretFileException">It cannot be read, or is not a valid value.</exception>
    internal static string ReadHeader(string name, string path) => Read(path).Trim() is var value && IsHeaderValue(value)
        ? value
        : throw new SecretFileException($"The file '{path}' contains no valid value for the header '{name}': it must be one line of ASCII characters.");

    /// <summary>Whether users other than its owner can read a file. False if unknown.</summary>
    internal static bool IsReadByOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;

    internal static bool IsHeaderValue(string value) => value.All(letter => letter is >= ' ' and <= '~' or '\t');
}
