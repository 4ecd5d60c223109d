namespace FlowModule.Engine.Liveness;

/// <summary>Names the space of process ids that this process lives in: there, and nowhere else, an id tells a process.</summary>
internal static class ProcessSpace
{
    private static readonly Lazy<string> LazyOwn = new(Find);

    /// <summary>The same for all processes that can look each other up by id; empty when it cannot be told.</summary>
    internal static string Own => LazyOwn.Value;

    private static string Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return $"{Environment.OSVersion.Platform}:{Environment.MachineName}";
        }

        try
        {
            // Containers of one machine, and the same container after a restart of the machine, use the same ids for others.
            string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return new FileInfo("/proc/self/ns/pid").LinkTarget is { } space ? $"{boot}:{space}" : string.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
