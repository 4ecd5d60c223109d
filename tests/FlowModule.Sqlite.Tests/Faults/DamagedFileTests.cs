using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Tests.Faults;

public sealed class DamagedFileTests : IDisposable
{
    private readonly TestFile _file = new();

    [Theory]
    [InlineData("header")]
    [InlineData("pages")]
    [InlineData("truncated")]
    public void ADamagedFileIsSetAsideAsItIsAndANewOneBegun(string damage)
    {
        Guid[] before = _file.RunMany(300);
        _file.History.Dispose();
        switch (damage)
        {
            case "header":
                Damage.Header(_file.Path);
                break;
            case "pages":
                Damage.Pages(_file.Path);
                break;
            default:
                Damage.Truncate(_file.Path);
                break;
        }

        byte[] damaged = File.ReadAllBytes(_file.Path);
        RunHistory history = _file.Open();
        FlowRun run = _file.Run(history: history);
        run.Recording!.Flush();

        string aside = Assert.Single(_file.SetAside);
        Assert.Equal(damaged, File.ReadAllBytes(aside));
        Assert.Equal(
            $"The history '{_file.Path}' is damaged. It was set aside as '{aside}', and a new one was created.", history.TakeWarning());
        Assert.Equal([run.Id], _file.Ids(history));
        Assert.DoesNotContain(run.Id, before);
        _file.Run(history: history).Recording!.Flush();
        Assert.Null(history.TakeWarning());
        FileCheck.IsSound(_file.Path, [run.Id]);
    }

    [Fact]
    public void DamageThatNoQueryMeetsIsFoundByWhoLooksThroughTheWholeAndNamesTheFileThatWasSetAside()
    {
        _file.RunMany(300);
        _file.History.CheckWhole();
        _file.History.Dispose();
        Damage.OnePage(_file.Path);
        RunHistory history = _file.Open();

        HistoryException damage = Assert.Throws<HistoryException>(history.CheckWhole);

        string aside = Assert.Single(_file.SetAside);
        Assert.Equal($"The history '{_file.Path}' is damaged. It was set aside as '{aside}', and a new one was created.", damage.Message);
        history.CheckWhole();
    }

    [Fact]
    public void ItsLogIsSetAsideWithIt()
    {
        // A copy of a file in use, as after a process was killed.
        _file.RunMany(10);
        _file.History.Tick();
        using var copy = new TestFile();
        foreach (string suffix in new[] { string.Empty, "-wal", "-shm" })
        {
            File.Copy(_file.Path + suffix, copy.Path + suffix);
        }

        Directory.CreateDirectory(copy.Path + ".processes");
        byte[] log = File.ReadAllBytes(copy.Path + "-wal");
        Damage.Header(copy.Path);
        File.WriteAllBytes(copy.Path + "-wal", log);

        // The WAL contains the first page too, and repairs it.
        byte[] broken = [.. log];
        Array.Clear(broken, 0, 32);
        File.WriteAllBytes(copy.Path + "-wal", broken);
        copy.Run().Recording!.Flush();

        string aside = Assert.Single(Directory.GetFiles(copy.Folder, "history.db.damaged-*-wal"));
        Assert.Equal(broken, File.ReadAllBytes(aside));
        FileCheck.IsSound(copy.Path, []);
    }

    [Fact]
    public void DamageThatIsMetOnTheWayIsSetAsideOnceByThoseThatMeetIt()
    {
        RunHistory other = _file.Open();
        FlowRun here = _file.Start(), there = _file.Start(history: other);
        _file.History.Tick();
        other.Tick();

        foreach (RunHistory history in new[] { _file.History, other })
        {
            Assert.Throws<HistoryException>(() => history.Read<int>(static _ => throw new HistoryException(HistoryFault.Damaged, "It is damaged.")));
        }

        _file.History.Tick();
        other.Tick();

        string aside = Assert.Single(_file.SetAside);
        Assert.Contains(aside, _file.History.TakeWarning(), StringComparison.Ordinal);
        Assert.Null(other.TakeWarning());
        Assert.Equal(new[] { here.Id, there.Id }.Order(), _file.Ids().Order());
        here.Finish();
        there.Finish();
        here.Recording!.Flush();
        there.Recording!.Flush();
        FileCheck.IsSound(_file.Path, [here.Id, there.Id]);
    }

    [Fact]
    public void AFileOfANewerVersionIsRefusedAndNotTouched()
    {
        _file.Run().Recording!.Flush();
        _file.History.Dispose();
        Execute(_file.Path, "PRAGMA user_version=99");
        AssertRefused("newer version");
    }

    [Fact]
    public void AnotherDatabaseIsRefusedAndNotTouched()
    {
        Execute(_file.Path, "CREATE TABLE t(a); INSERT INTO t VALUES(1)");
        AssertRefused("not a history of FlowModule");
        Assert.Equal([_file.Path], Directory.GetFileSystemEntries(_file.Folder));
    }

    [Fact]
    public void AFileThatIsNoDatabaseIsRefusedAndNotTouched()
    {
        File.WriteAllText(_file.Path, string.Concat(Enumerable.Repeat("Notes of mine.\n", 1000)));
        AssertRefused("not a history of FlowModule");
        Assert.Equal([_file.Path], Directory.GetFileSystemEntries(_file.Folder));
    }

    [Fact]
    public void AnEmptyFileBecomesAHistory()
    {
        File.WriteAllBytes(_file.Path, []);
        FlowRun run = _file.Run();

        run.Recording!.Flush();

        Assert.Equal([run.Id], _file.Ids());
        Assert.Null(_file.History.TakeWarning());
    }

    public void Dispose() => _file.Dispose();

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        SqliteSchema.Run(connection, sql);
    }

    private void AssertRefused(string reason)
    {
        byte[] before = File.ReadAllBytes(_file.Path);
        RunHistory history = _file.Open();
        _file.Run(history: history).Recording!.Flush();
        Assert.Contains(reason, history.TakeWarning(), StringComparison.Ordinal);
        _file.Time.Advance(RunHistory.RetryAfter);
        FlowRun run = _file.Run(history: history);
        run.Recording!.Flush();
        Assert.Null(history.TakeWarning());
        Assert.Equal(StateType.Completed, run.State.Type);
        Assert.Contains(reason, Assert.Throws<HistoryException>(history.Require).Message, StringComparison.Ordinal);

        Assert.Equal(before, File.ReadAllBytes(_file.Path));
        Assert.Empty(Directory.GetFiles(_file.Folder, "*.damaged-*"));
    }
}
