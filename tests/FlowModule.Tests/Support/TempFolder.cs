namespace FlowModule.Tests.Support;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => FullPath = Directory.CreateTempSubdirectory("FlowModule.Tests-").FullName;

    internal string FullPath { get; }

    /// <summary>Writes a file and gives its path.</summary>
    internal string Write(string relativePath, string text)
    {
        string path = Path.Combine(FullPath, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Has it removed when the process ends. What still writes there then is no failure.</summary>
    internal void RemoveAtExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        try
        {
            Dispose();
        }
        catch (IOException)
        {
            // A file came into it meanwhile: it is left to the system.
        }
    };

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
