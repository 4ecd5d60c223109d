using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>A history in a file of its own, on fake time, without a thread: the test ticks.</summary>
internal sealed class TestFile : IDisposable
{
    private readonly TempFolder? _folder;
    private readonly List<RunHistory> _histories = [];

    internal TestFile(string? path = null)
    {
        _folder = path is null ? new TempFolder() : null;
        Path = path ?? System.IO.Path.Combine(_folder!.FullPath, "history.db");
        Time.SetUtcNow(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        History = Open();
    }

    internal string Path { get; }

    /// <summary>The files that processes lock as long as they live.</summary>
    internal string[] Locks => Directory.Exists(Path + ".processes")
        ? [.. Directory.GetFiles(Path + ".processes").Where(static name => Guid.TryParseExact(System.IO.Path.GetFileName(name), "N", out _))]
        : [];

    /// <summary>The files that were set aside, without their logs.</summary>
    internal string[] SetAside =>
        [.. Directory.GetFiles(Folder, "history.db.damaged-*").Where(static name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))];

    internal string Folder => System.IO.Path.GetDirectoryName(Path)!;

    internal FakeTimeProvider Time { get; } = new();

    internal RunHistory History { get; }

    /// <summary>The history as another process has it.</summary>
    internal RunHistory Open()
    {
        var history = new RunHistory(HistoryAddress.OfFile(Path), new TestValues(), Time, new SqliteBackend(), hasThread: false);
        _histories.Add(history);
        return history;
    }

    internal FlowRun Start(FlowRun? parent = null, FlowDefinition? flow = null, RunHistory? history = null)
    {
        FlowRun run = new(flow ?? new TestFlow(), parent, Time);
        run.Recording = new RunRecording(history ?? History, run);
        Assert.True(run.TryStart());
        return run;
    }

    internal FlowRun Run(FlowRun? parent = null, FlowDefinition? flow = null, RunHistory? history = null)
    {
        FlowRun run = Start(parent, flow, history);
        run.Finish(["result"]);
        return run;
    }

    /// <summary>Runs one after another, each a millisecond later: ids of one millisecond are in no order.</summary>
    internal Guid[] RunMany(int count, FlowDefinition? flow = null)
    {
        var ids = new Guid[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = Run(flow: flow).Id;
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return ids;
    }

    internal void Log(FlowRun run, int lines)
    {
        for (int i = 0; i < lines; i++)
        {
            run.Recording!.Log(Time.GetUtcNow(), FlowLogLevel.Information, $"line {i}");
        }
    }

    internal Guid[] Ids(RunHistory? history = null) => [.. (history ?? History).Find(new RunQuery()).Select(run => run.Id)];

    /// <summary>What a statement gives, on a connection of the test's own.</summary>
    internal long Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return SqliteSchema.Scalar(connection, sql);
    }

    public void Dispose()
    {
        foreach (RunHistory history in _histories)
        {
            history.Dispose();
        }

        _folder?.Dispose();
    }
}
