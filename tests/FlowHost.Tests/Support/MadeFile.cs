namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A file with which a script reports its progress.</summary>
internal static class MadeFile
{
    // Only for a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Waits until the file exists. Returns false after the limit.</summary>
    public static bool IsThere(string path)
    {
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        using ManualResetEventSlim made = new();
        watcher.Created += (_, _) => made.Set();
        watcher.Renamed += (_, _) => made.Set();
        watcher.EnableRaisingEvents = true;
        return File.Exists(path) || made.Wait(Limit);
    }
}
