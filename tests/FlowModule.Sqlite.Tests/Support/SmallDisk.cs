using System.Runtime.InteropServices;
using FlowModule.Tests.Support;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>A small file system in memory.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const uint ReadOnly = 1;
    private const uint Remount = 32;

    private readonly TempFolder _folder = new();

    internal SmallDisk(string size)
    {
        Size = size;
        if (Mount("tmpfs", Path, "tmpfs", 0, "size=" + size) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _folder.Dispose();
            throw new IOException($"mount: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>Why such a file system is impossible here, or null.</summary>
    internal static string? Obstacle { get; } = Find();

    internal string Path => _folder.FullPath;

    private string Size { get; }

    internal void MakeReadOnly() => Assert.Equal(0, Mount("tmpfs", Path, "tmpfs", Remount | ReadOnly, "size=" + Size));

    /// <summary>Takes all space that is left.</summary>
    internal void Fill()
    {
        byte[] block = new byte[4096];
        using FileStream stream = new(System.IO.Path.Combine(Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            // That was to happen.
        }
    }

    internal void MakeRoom() => File.Delete(System.IO.Path.Combine(Path, "filler"));

    public void Dispose()
    {
        const int Detach = 2;
        _ = Unmount(Path, Detach);
        _folder.Dispose();
    }

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "A small file system can be mounted on Linux only.";
        }

        try
        {
            new SmallDisk("64k").Dispose();
            return null;
        }
        catch (IOException exception)
        {
            return "No file system may be mounted here: " + exception.Message;
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmount(string target, int flags);
}

/// <summary>A test that needs a file system of its own, which only root on Linux may mount.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Obstacle;
}

/// <summary>A test that removes files that are open, which Windows does not allow.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Open files cannot be removed on Windows." : null;
}

/// <summary>The same, for a test with data.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = new UnixFactAttribute().Skip;
}
