namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A folder of scripts that is removed after the test.</summary>
internal sealed class ScriptFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flow-tests-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Waits until a script has created a file.</summary>
    public void WaitFor(string name) => Assert.True(MadeFile.IsThere(PathOf(name)), $"No script has made '{name}'.");

    /// <summary>Writes a script and returns its path.</summary>
    public string Add(string content, string name = "test.ps1")
    {
        string path = PathOf(name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs a script of this <paramref name="content"/>.</summary>
    public FlowResult Run(string content, params IEnumerable<string> arguments) => FlowProcess.Invoke(["run", Add(content), .. arguments]);

    public void Dispose() => _folder.Delete(recursive: true);
}
