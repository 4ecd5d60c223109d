namespace FlowModule.Dashboard.Tests.Support;

/// <summary>A folder of a test's own, with a history in it.</summary>
internal sealed class TestFolder : IDisposable
{
    internal TestFolder() => Directory.CreateDirectory(Path);

    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"flow-ui-{Guid.NewGuid():N}");

    internal string History => System.IO.Path.Combine(Path, "history.db");

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still hold a file.
        }
    }
}
