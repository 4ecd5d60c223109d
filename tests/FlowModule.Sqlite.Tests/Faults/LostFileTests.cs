using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests.Faults;

/// <summary>A file that is removed or replaced while processes use it.</summary>
public sealed class LostFileTests : IDisposable
{
    private readonly TestFile _file = new();

    [UnixFact]
    public void AFileThatIsRemovedIsBegunAnewWithTheRunsThatGoOn()
    {
        FlowRun over = _file.Run(), active = _file.Start();
        _file.History.Tick();
        File.Delete(_file.Path);
        TickLater(_file.History);

        Assert.Equal([active.Id], _file.Ids());
        active.Finish();
        active.Recording!.Flush();
        FileCheck.IsSound(_file.Path, [active.Id]);
        Assert.NotEqual(over.Id, active.Id);
        Assert.EndsWith("were copied to the new history: one run. Not copied: one run.", _file.History.TakeWarning(), StringComparison.Ordinal);
    }

    /// <summary>The work of a current run is only in the file that no longer has a name.</summary>
    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatARunThatGoesOnHasStartedIsTakenOver(bool isReplaced)
    {
        using var second = new TestFile();
        Guid[] old = isReplaced ? second.RunMany(3) : [];
        second.History.Dispose();
        Guid[] over = _file.RunMany(20);
        FlowRun active = _file.Start(), inside = _file.Start(active);
        Guid[] done = [.. Enumerable.Range(0, 50).Select(_ => _file.Run(inside).Id)];
        inside.Recording!.Log(_file.Time.GetUtcNow(), FlowLogLevel.Information, "line");
        inside.Finish();
        inside.Recording!.Flush();
        FlowStateRecord[] states = _file.History.States(done[0]);
        Replace(isReplaced ? second.Path : null);

        active.Finish();
        active.Recording!.Flush();

        Guid[] expected = [.. old, active.Id, inside.Id, .. done];
        Assert.Equal(expected.Order(), _file.Ids(_file.Open()).Order());
        Assert.Equal(states.Select(state => state.Type), _file.History.States(done[0]).Select(state => state.Type));
        Assert.Equal("line", Assert.Single(_file.History.Logs(new LogQuery(inside.Id))).Message);
        Assert.EndsWith($"were copied to the new history: 52 runs. Not copied: {over.Length} runs.", _file.History.TakeWarning(), StringComparison.Ordinal);
        Assert.Null(_file.History.TakeWarning());
        Assert.False(active.Recording!.IsLost);
        FileCheck.IsSound(_file.Path, expected);
        Assert.Empty(_file.Open().SweepCrashed(isUrgent: true).Ended);
    }

    /// <summary>A copy made by renaming is complete: no part of it is left under another name.</summary>
    [UnixFact]
    public void AFileThatIsRenamedIsWhole()
    {
        Guid[] runs = _file.RunMany(20);
        _file.History.WriteQueued();
        string renamed = Path.Combine(_file.Folder, "renamed.db");
        File.Move(_file.Path, renamed);
        FlowRun active = _file.Start();
        active.Recording!.Flush();

        using var old = new TestFile(renamed);
        Assert.Equal(runs.Order(), old.Ids().Order());
        Assert.Equal([active.Id], _file.Ids());
        Assert.Empty(Directory.GetFiles(_file.Folder, "*.left-*"));
        active.Finish();
    }

    /// <summary>Two processes with current runs, one of which creates the new file.</summary>
    [UnixFact]
    public void EachTakesOverWhatIsItsOwn()
    {
        RunHistory other = _file.Open();
        FlowRun here = _file.Start(), there = _file.Start(history: other);
        Guid[] done = [_file.Run(here).Id, _file.Run(there, history: other).Id];
        _file.History.WriteQueued();
        other.WriteQueued();
        Replace(null);

        here.Finish();
        here.Recording!.Flush();
        there.Finish();
        there.Recording!.Flush();

        Assert.Equal(new[] { here.Id, there.Id }.Concat(done).Order(), _file.Ids(_file.Open()).Order());
        Assert.EndsWith("2 runs. Not copied: 0 runs.", _file.History.TakeWarning(), StringComparison.Ordinal);
        Assert.EndsWith("2 runs. Not copied: 0 runs.", other.TakeWarning(), StringComparison.Ordinal);
        FileCheck.IsSound(_file.Path, done);
    }

    [UnixFact]
    public void AFolderThatIsRemovedIsMadeAnew()
    {
        string path = Path.Combine(_file.Folder, "home", "history.db");
        using var file = new TestFile(path);
        FlowRun active = file.Start();
        file.History.Tick();
        Directory.Delete(file.Folder, recursive: true);
        TickLater(file.History, file);

        Assert.Equal([active.Id], file.Ids());

        // Its lock is there too: others can see that it is alive.
        Assert.Empty(file.Open().SweepCrashed(isUrgent: true).Ended);
        Assert.Equal(2, Directory.GetFiles(path + ".processes").Length);
        active.Finish();
        active.Recording!.Flush();
        FileCheck.IsSound(path, [active.Id]);
    }

    [UnixFact]
    public void WhoNoticesLaterDoesNoHarmToWhatAnotherHasBegun()
    {
        RunHistory other = _file.Open();
        FlowRun here = _file.Start(), there = _file.Start(history: other);
        _file.History.Tick();
        other.Tick();
        File.Delete(_file.Path);
        TickLater(_file.History);
        for (int i = 0; i < 50; i++)
        {
            _file.Run(here).Recording!.Flush();
        }

        // The other process still has the old file open, and closes it only now.
        other.Tick();
        FlowRun last = _file.Run(history: other);
        last.Recording!.Flush();

        Assert.Equal(53, _file.Ids().Length);
        Assert.Contains(there.Id, _file.Ids());
        here.Finish();
        there.Finish();
        here.Recording!.Flush();
        there.Recording!.Flush();
        FileCheck.IsSound(_file.Path, [here.Id, there.Id, last.Id]);
    }

    [UnixTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true, "-shm")]
    public void WhoWasIdleDoesNoHarmToWhatAnotherHasBegunSince(bool alsoItsFolder, bool fromACopy, string stays = "-none")
    {
        _file.Run().Recording!.Flush();
        _file.History.Tick();
        string copy = Path.Combine(_file.Folder, "copy.db");
        File.Copy(_file.Path, copy);
        string[] files = Directory.GetFiles(_file.Folder, "history.db*");
        Array.ForEach([.. files.Where(name => name != _file.Path + stays)], File.Delete);
        if (alsoItsFolder)
        {
            Directory.Delete(_file.Path + ".processes", recursive: true);
        }

        if (fromACopy)
        {
            File.Move(copy, _file.Path);
        }

        RunHistory other = _file.Open();
        FlowRun before = _file.Run(history: other);
        before.Recording!.Flush();
        TickLater(_file.History);
        FlowRun here = _file.Run(), there = _file.Run(history: other);
        here.Recording!.Flush();
        there.Recording!.Flush();

        Assert.Empty(Directory.GetFiles(_file.Folder, "history.db.left-*"));
        Assert.Equal(_file.Ids(), _file.Ids(other));
        FileCheck.IsSound(_file.Path, [before.Id, here.Id, there.Id]);
    }

    [UnixFact]
    public void TheLogOfAFileThatIsGoneIsNoPartOfTheOneThatAnotherBegins()
    {
        FlowRun gone = _file.Run();
        gone.Recording!.Flush();
        File.Delete(_file.Path);
        RunHistory other = _file.Open();
        FlowRun there = _file.Run(history: other);
        there.Recording!.Flush();
        TickLater(_file.History);
        FlowRun here = _file.Run();
        here.Recording!.Flush();

        Assert.Equal(new[] { there.Id, here.Id }.Order(), _file.Ids(other).Order());
        FileCheck.IsSound(_file.Path, [there.Id, here.Id]);
    }

    [UnixFact]
    public void WhoFindsTheFileDamagedThatIsGoneLeavesTheOneInItsPlace()
    {
        using var second = new TestFile();
        Guid[] good = second.RunMany(20);
        second.History.Dispose();
        _file.Run().Recording!.Flush();
        using IHistoryStore store = SqliteHistory.Open(_file.Path, _file.Time).Store;
        File.Move(second.Path, _file.Path, overwrite: true);

        Assert.Null(store.File!.SetAside());

        Assert.Empty(_file.SetAside);
        FileCheck.IsSound(_file.Path, good);
    }

    [UnixFact]
    public void AFileThatIsReplacedTakesTheRunsThatGoOn()
    {
        using var second = new TestFile();
        Guid[] old = second.RunMany(20);
        second.History.Dispose();
        FlowRun active = _file.Start();
        _file.RunMany(20);
        _file.History.Tick();
        File.Move(second.Path, _file.Path, overwrite: true);
        TickLater(_file.History);

        Assert.Equal(old.Append(active.Id).Order(), _file.Ids().Order());
        active.Finish();
        active.Recording!.Flush();
        FileCheck.IsSound(_file.Path, [.. old, active.Id]);
    }

    [UnixFact]
    public void WhoLooksAfterAWhileSeesThatItIsGone()
    {
        _file.Run().Recording!.Flush();
        File.Delete(_file.Path);
        _file.Time.Advance(RunHistory.CheckEach);

        Assert.Empty(_file.Ids());
    }

    [Fact]
    public void AClockThatStepsBackPutsNoStateBeforeAnother()
    {
        FlowRun run = _file.Start();
        _file.History.Tick();
        _file.Time.AdjustTime(_file.Time.GetUtcNow().AddHours(-3));
        FlowRun inside = _file.Run(run);
        run.Finish();
        run.Recording!.Flush();

        Assert.Equal([StateType.Running, StateType.Completed], _file.History.States(run.Id).Select(state => state.Type));
        Assert.Equal([StateType.Running, StateType.Completed], _file.History.States(inside.Id).Select(state => state.Type));
        FlowRunRecord record = _file.History.Find(run.Id)!;
        Assert.Equal(StateType.Completed, record.State.Type);
        Assert.True(record.EndTime < record.StartTime);
        Assert.Equal(2, _file.Ids().Length);
        _file.History.Tick();
        Assert.Null(_file.History.TakeWarning());
        FileCheck.IsSound(_file.Path, [run.Id, inside.Id]);
    }

    [Fact]
    public void WhatIsSecuredIsInTheFileWithoutItsLog()
    {
        FlowRun active = _file.Start();
        Guid[] runs = _file.RunMany(20);
        _file.History.Tick();
        using var copy = new TestFile();
        File.Copy(_file.Path, copy.Path);

        Assert.Equal(runs.Append(active.Id).Order(), copy.Ids().Order());
        active.Finish();
    }

    public void Dispose() => _file.Dispose();

    private void Replace(string? by)
    {
        File.Delete(_file.Path);
        if (by is not null)
        {
            File.Move(by, _file.Path);
        }
    }

    private void TickLater(RunHistory history, TestFile? file = null)
    {
        (file ?? _file).Time.Advance(RunHistory.CheckEach);
        history.Tick();
    }
}
