namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A file by which a script says how far it is.</summary>
internal static class MadeFile
{
    // Only for a test that hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Waits until it is there. False when it does not come.</summary>
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
