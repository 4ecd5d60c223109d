namespace FlowModule.Engine.Liveness;

/// <summary>Names the process id space of this process. A process id is unique only within its space.</summary>
internal static class ProcessSpace
{
    private static readonly Lazy<string> LazyOwn = new(Find);

    /// <summary>Equal for all processes that can look each other up by id; empty if unknown.</summary>
    internal static string Own => LazyOwn.Value;

    private static string Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return $"{Environment.OSVersion.Platform}:{Environment.MachineName}";
        }

        try
        {
            // Containers on one machine use the same process ids, and so does the machine after a reboot.
            string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return new FileInfo("/proc/self/ns/pid").LinkTarget is { } space ? $"{boot}:{space}" : string.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
