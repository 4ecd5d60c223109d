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
            Dispose();
        }
        catch (IOException)
        {
            // A file was created in it in the meantime; the system will remove it.
        }
    };

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
