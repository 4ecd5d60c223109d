namespace FlowModule.Dashboard.Reading;

/// <summary>The command lines of processes on this computer.</summary>
internal static class CommandLines
{
    /// <summary>The program and its arguments in one line; null if not visible. On Windows and macOS, only the program's name.</summary>
    internal static string? Of(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string[] words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);

                // Only the first words are shown, because later arguments may contain secrets.
                return words.Length == 0 ? null : string.Join(' ', words.Take(4).Select(static (word, index) => index == 0 ? Path.GetFileName(word) : word));
            }

            using var found = System.Diagnostics.Process.GetProcessById(process);
            return found.ProcessName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether it is a scheduler process.</summary>
    internal static bool IsScheduler(string? command) => command?.Split(' ').Skip(1).Take(3).Contains("serve") == true;
}
