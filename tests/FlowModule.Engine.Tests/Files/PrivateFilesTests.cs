using FlowModule.Engine.Files;

namespace FlowModule.Engine.Tests.Files;

/// <summary>The module's own files are private, and files that others can change are refused. For Windows, see tests/windows.</summary>
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _folder = Directory.CreateTempSubdirectory("FlowModule.Tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "x");
        return path;
    }

    [Fact]
    public void The_rights_of_a_file_are_read_as_the_system_has_them()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string file = Write("a");
        File.SetUnixFileMode(file, Readable);
        Assert.Equal(new FileRights(FileRights.Me, FileRights.Of(_folder)!.Value.Group, Readable, IsFolder: false), FileRights.Of(file));
        Assert.Equal(new FileRights(FileRights.Me, FileRights.Of(file)!.Value.Group, File.GetUnixFileMode(_folder), IsFolder: true), FileRights.Of(_folder));
        Assert.Equal(0u, FileRights.Of("/")!.Value.Owner);
        Assert.Null(FileRights.Of(Path.Combine(_folder, "none")));
        Assert.False(FileRights.IsOwnGroup(uint.MaxValue - 5, uint.MaxValue - 5));
        Assert.False(FileRights.IsOwnGroup(1, 0));
        Assert.Equal(OperatingSystem.IsLinux(), FileRights.IsOwnGroup(0, 0));
    }

    [Fact]
    public void What_others_can_write_is_refused_with_the_way_out()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string file = Write("a");
        PrivateFiles.Require(file, "-wal", "-none");

        File.SetUnixFileMode(Write("a-wal"), Everybody);
        Assert.Contains("a-wal'", Assert.Throws<OthersFileException>(() => PrivateFiles.Require(file, "-wal")).Message, StringComparison.Ordinal);

        PrivateFiles.Require(file);
        File.SetUnixFileMode(_folder, Everybody);
        string said = Assert.Throws<OthersFileException>(() => PrivateFiles.Require(file)).Message;
        Assert.Contains($"the folder '{_folder}'", said, StringComparison.Ordinal);
        Assert.Contains("chmod go-w", said, StringComparison.Ordinal);
        Assert.Contains(PrivateFiles.SharedVariable, said, StringComparison.Ordinal);

        File.SetUnixFileMode(_folder, Everybody | UnixFileMode.StickyBit);
        PrivateFiles.Require(file);
    }

    [Fact]
    public void What_was_readable_is_made_private_and_what_is_made_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string file = Write("a");
        File.SetUnixFileMode(file, Readable);
        PrivateFiles.MakePrivate(file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        string folder = Path.Combine(_folder, "one", "two");
        PrivateFiles.MakeFolder(folder);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(folder)!));
        PrivateFiles.MakePrivate(Path.Combine(_folder, "none"));
    }

    [Fact]
    public void A_folder_that_is_shared_on_purpose_is_named()
    {
        string shared = Path.Combine(_folder, "shared");
        string? before = Environment.GetEnvironmentVariable(PrivateFiles.SharedVariable);
        Environment.SetEnvironmentVariable(PrivateFiles.SharedVariable, string.Join(Path.PathSeparator, "relative", shared + Path.DirectorySeparatorChar));
        try
        {
            Assert.True(PrivateFiles.IsShared(shared));
            Assert.True(PrivateFiles.IsShared(Path.Combine(shared, "deeper", "history.db")));
            Assert.False(PrivateFiles.IsShared(shared + "-not"));
            Assert.False(PrivateFiles.IsShared(_folder));
            Assert.False(PrivateFiles.IsShared(Path.Combine(Environment.CurrentDirectory, "relative", "x")));
            Assert.False(PrivateFiles.IsShared(Path.Combine(shared, "..", "x")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(PrivateFiles.SharedVariable, before);
        }
    }
}
