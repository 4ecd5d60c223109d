namespace FlowModule.Tests.Support;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => FullPath = Directory.CreateTempSubdirectory("FlowModule.Tests-").FullName;

    internal string FullPath { get; }

    /// <summary>Writes a file and returns its path.</summary>
    internal string Write(string relativePath, string text)
    {
        string path = Path.Combine(FullPath, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Removes it when the process ends. Processes that still write there are not an error.</summary>
    internal void RemoveAtExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (IOException)
        {
            // A file was created in it in the meantime; the system will remove it.
        }
    };

    /// <summary>Removes it. What the test has started may still be closing its files there: then it is tried again.</summary>
    public void Dispose()
    {
        for (int left = 600; ; left--)
        {
            try
            {
                Directory.Delete(FullPath, recursive: true);
                return;
            }
            catch (IOException) when (left > 0 && Directory.Exists(FullPath))
            {
                Thread.Sleep(50);
            }
        }
    }
}
