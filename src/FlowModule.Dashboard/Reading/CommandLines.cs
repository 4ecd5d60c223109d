namespace FlowModule.Dashboard.Reading;

/// <summary>What processes of this computer were started with.</summary>
internal static class CommandLines
{
    /// <summary>The program and its arguments on one line; null where that cannot be seen. On Windows and macOS it is the program's name.</summary>
    internal static string? Of(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string[] words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);

                // Programs that start by name are named so; what follows may be secret.
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

    /// <summary>Whether it is one that serves schedules.</summary>
    internal static bool IsScheduler(string? command) => command?.Split(' ').Skip(1).Take(3).Contains("serve") == true;
}
