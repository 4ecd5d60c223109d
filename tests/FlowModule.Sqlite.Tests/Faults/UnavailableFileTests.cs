using FlowModule.Engine.Files;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;
using FlowModule.Tests.Support;

namespace FlowModule.Sqlite.Tests.Faults;

/// <summary>A history that cannot be written now.</summary>
public sealed class UnavailableFileTests
{
    [Fact]
    public void APathThatIsAFolder()
    {
        using var file = new TestFile();
        Directory.CreateDirectory(file.Path);
        AssertGoesOn(file, file.History);
        Directory.Delete(file.Path);
        AssertIsGoodAgain(file, file.History);
    }

    [Fact]
    public void APathBelowAFile()
    {
        using var folder = new TempFolder();
        using var file = new TestFile(Path.Combine(folder.Write("file", "text"), "history.db"));
        AssertGoesOn(file, file.History);
        File.Delete(Path.Combine(folder.FullPath, "file"));
        AssertIsGoodAgain(file, file.History);
        file.History.Dispose();
    }

    [SmallDiskFact]
    public void AFolderThatIsReadOnly()
    {
        using SmallDisk disk = new("4m");
        disk.MakeReadOnly();
        using var file = new TestFile(Path.Combine(disk.Path, "history.db"));
        AssertGoesOn(file, file.History);
    }

    [SmallDiskFact]
    public void AFileThatBecomesReadOnly()
    {
        using SmallDisk disk = new("4m");
        string path = Path.Combine(disk.Path, "history.db");
        using (var before = new TestFile(path))
        {
            before.Run().Recording!.Flush();
        }

        disk.MakeReadOnly();
        using var file = new TestFile(path);
        AssertGoesOn(file, file.History);
    }

    [SmallDiskFact]
    public void ADiskThatIsFull()
    {
        using SmallDisk disk = new("4m");
        using var file = new TestFile(Path.Combine(disk.Path, "history.db"));
        FlowRun first = file.Run();
        first.Recording!.Flush();
        FlowRun active = file.Start();
        active.Recording!.Flush();
        disk.Fill();
        RunUntilTrouble(file);

        AssertGoesOn(file, file.History, isNew: false);
        disk.MakeRoom();
        AssertIsGoodAgain(file, file.History);
        active.Finish();
        active.Recording!.Flush();
        FileCheck.IsSound(file.Path, [first.Id, active.Id]);
    }

    [Fact]
    public void AFileThatMustNotGrow()
    {
        using var folder = new TempFolder();
        string path = Path.Combine(folder.FullPath, "history.db");
        bool isLimited = true;
        using var file = new TestFile(path);
        using var history = new RunHistory(HistoryAddress.OfFile(path), new TestValues(), file.Time, new TestBackend(() =>
        {
            OpenedStore opened = SqliteHistory.Open(path, file.Time);
            if (isLimited)
            {
                SqliteSchema.Run(((SqliteHistoryStore)opened.Store).Connection, "PRAGMA max_page_count=40");
            }

            return opened;
        }), hasThread: false);
        FlowRun active = file.Start(history: history);
        active.Recording!.Flush();
        RunUntilTrouble(file, history);

        AssertGoesOn(file, history, isNew: false);
        isLimited = false;
        AssertIsGoodAgain(file, history);
        active.Finish();
        active.Recording!.Flush();
        FileCheck.IsSound(path, [active.Id]);
    }

    private static void RunUntilTrouble(TestFile file, RunHistory? history = null)
    {
        history ??= file.History;
        for (int i = 0; history.Trouble is null; i++)
        {
            Assert.True(i < 10_000, "There is no end of space.");
            FlowRun run = file.Run(history: history);
            file.Log(run, 50);
            run.Recording!.Flush();
        }

        Assert.Equal(HistoryFault.Unavailable, history.Trouble.Kind);
        Assert.Contains("full", history.Trouble.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs complete, the user is warned once, and each run that requires the history gets an error.</summary>
    private static void AssertGoesOn(TestFile file, RunHistory history, bool isNew = true)
    {
        int warnings = 0;
        for (int i = 0; i < 3; i++)
        {
            FlowRun run = file.Run(history: history);
            file.Log(run, 200);
            run.Recording!.Flush();
            Assert.Equal(StateType.Completed, run.State.Type);
            warnings += history.TakeWarning() is null ? 0 : 1;
            history.Tick();
            file.Time.Advance(RunHistory.RetryAfter);
        }

        Assert.Equal(1, warnings);
        Assert.Equal(HistoryFault.Unavailable, history.Trouble!.Kind);
        if (isNew)
        {
            Assert.Throws<HistoryException>(history.Require);
            Assert.Null(history.TakeWarning());
        }
    }

    private static void AssertIsGoodAgain(TestFile file, RunHistory history)
    {
        file.Time.Advance(RunHistory.RetryAfter);
        FlowRun run = file.Run(history: history);
        run.Recording!.Flush();
        Assert.Null(history.Trouble);
        Assert.Contains(run.Id, file.Ids(history));
        history.Require();
    }

    /// <summary>A ConfigMap mounted by Kubernetes: everybody has the right to write, but nobody can.</summary>
    [SmallDiskFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void AFolderThatEverybodyMayWriteAndNobodyCan()
    {
        using SmallDisk disk = new("1m");
        File.SetUnixFileMode(disk.Path, (UnixFileMode)0x1FF);
        Assert.Throws<OthersFileException>(() => PrivateFiles.RequireFolder(disk.Path));

        disk.MakeReadOnly();

        PrivateFiles.RequireFolder(disk.Path);
    }
}
