namespace FlowModule.Sqlite.Tests.Support;

/// <summary>Kinds of damage to a file.</summary>
internal static class Damage
{
    private const int PageSize = 4096;

    internal static void Header(string path) => Overwrite(path, start: 0, length: 100);

    /// <summary>Damages all pages except the first.</summary>
    internal static void Pages(string path) => Overwrite(path, PageSize, (int)new FileInfo(path).Length - PageSize);

    /// <summary>Damages a page in the middle.</summary>
    internal static void OnePage(string path) => Overwrite(path, (int)(new FileInfo(path).Length / PageSize / 2 * PageSize), PageSize);

    internal static void Truncate(string path)
    {
        using FileStream stream = File.OpenWrite(path);
        stream.SetLength(stream.Length / 2);
    }

    private static void Overwrite(string path, int start, int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        using FileStream stream = File.OpenWrite(path);
        stream.Position = start;
        stream.Write(noise);
    }
}
