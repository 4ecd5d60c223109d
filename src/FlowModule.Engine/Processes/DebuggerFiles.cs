namespace FlowModule.Engine.Processes;

/// <summary>
/// What .NET and PowerShell keep in the temp folder of Unix, for debuggers of a process, from its beginning to its end. If the process is killed, nobody removes it.
/// </summary>
internal static class DebuggerFiles
{
    /// <summary>Removes those of a process that is killed.</summary>
    internal static void Remove(int process)
    {
        try
        {
            // Pipes and sockets are files too.
            foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), $"*{process}*"))
            {
                if (IsOf(Path.GetFileName(file), process))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The process may remove them itself at the same time, and they do no harm.
        }
    }

    private static bool IsOf(string name, int process) =>
        name.StartsWith($"clr-debug-pipe-{process}-", StringComparison.Ordinal)
        || name.StartsWith($"dotnet-diagnostic-{process}-", StringComparison.Ordinal)
        || (name.StartsWith("CoreFxPipe_PSHost.", StringComparison.Ordinal) && name.Contains($".{process}.", StringComparison.Ordinal));
}
