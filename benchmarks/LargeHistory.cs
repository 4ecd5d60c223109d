using System.Diagnostics;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Benchmarks;

/// <summary>A history of many flow runs, one of them with a large log and one with many runs inside.</summary>
internal sealed record LargeHistory(string File, int Runs, int Lines, int Inner)
{
    internal const string SeldomFlow = "seldom";

    private const int Batch = 5_000;
    private const int Flows = 40;

    private static readonly TimeSpan Span = TimeSpan.FromDays(20);

    private readonly HistoryBatch _batch = new();
    private DateTimeOffset _time = DateTimeOffset.UtcNow - Span;
    private int _count;

    /// <summary>The run with the large log.</summary>
    internal Guid Logged { get; private set; }

    /// <summary>The run with many inside.</summary>
    internal Guid Wide { get; private set; }

    internal void Write()
    {
        using IHistoryStore store = Open();
        Logged = Add(store, SeldomFlow, parent: null);
        Wide = Add(store, "wide", parent: null);
        for (int i = 0; i < Runs; i++)
        {
            Add(store, $"import-{i % Flows}", parent: null);
        }

        for (int i = 0; i < Inner; i++)
        {
            Add(store, "part", Wide);
        }

        for (int i = 0; i < Lines; i++)
        {
            Add(store, new LogRow(Logged, _time, i % 500 == 0 ? FlowLogLevel.Error : FlowLogLevel.Information, $"A line of an ordinary length, as a script writes one for file {i}."));
        }

        store.Write(_batch);
        store.File!.Secure();
    }

    /// <summary>Writes a run every few milliseconds. Returns how many.</summary>
    internal int WriteFor(TimeSpan span)
    {
        using IHistoryStore store = Open();
        _batch.Clear();
        var watch = Stopwatch.StartNew();
        int runs = 0;
        while (watch.Elapsed < span)
        {
            Add(store, SeldomFlow, parent: null);
            store.Write(_batch);
            _batch.Clear();
            runs++;
            Thread.Sleep(10);
        }

        return runs;
    }

    private IHistoryStore Open()
    {
        HistoryAddress address = HistoryAddress.OfFile(File);
        IHistoryStore store = HistoryBackends.Of(address).Open(address, TimeProvider.System).Store;
        store.Processes.Register(new ProcessIdentity(Guid.NewGuid(), Environment.MachineName, Environment.ProcessId, "benchmark", Birth: 1, _time, HasLock: false));
        return store;
    }

    private Guid Add(IHistoryStore store, string flow, Guid? parent)
    {
        _time += Span / (Runs + Inner + 2);
        int i = _count;
        var id = Guid.CreateVersion7(_time);
        var run = new RunRow
        {
            Id = id,
            ParentId = parent,
            RootId = parent ?? id,
            Kind = parent is null ? RunKind.Flow : RunKind.Subflow,
            Name = $"brisk-otter-{i}",
            Flow = new FlowRow(flow, [$"t{i % 7}"]) { ScriptPath = $"/srv/flows/{flow}.ps1", ScriptLine = 3, ScriptHash = flow, ScriptText = "{ param([int] $N) }" },
            CreatedTime = _time,
        };
        bool hasFailed = i % 25 == 0;
        Add(store, new RunChange(run, new StateRow(1, StateType.Running, Name: null, Message: null, _time, Due: null)) { Start = new RunStart(), StartTime = _time, Attempt = 1 });
        StateRow end = new(2, hasFailed ? StateType.Failed : StateType.Completed, Name: null, hasFailed ? $"The file {i} is empty." : null, _time.AddSeconds(i % 90), Due: null);
        Add(store, new RunChange(run, end) { Start = new RunStart(), StartTime = _time, Attempt = 1, IsOver = true });
        return id;
    }

    private void Add(IHistoryStore store, HistoryRow row)
    {
        _batch.Add(row);
        if (++_count % Batch == 0)
        {
            store.Write(_batch);
            _batch.Clear();
        }
    }
}
