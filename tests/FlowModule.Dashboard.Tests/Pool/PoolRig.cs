using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Pages;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Dashboard.Tests.Support;
using FlowModule.Engine.History;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Tests.Support;
using FlowModule.Storage.Tests.Memory;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowModule.Dashboard.Tests.Pool;

/// <summary>The page of workers over a history in memory.</summary>
internal sealed class PoolRig : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<FlowRun> _runs = [];
    private readonly RunHistory _history;
    private readonly DashboardOptions _options;

    internal PoolRig(string address = "memory:pool", bool isReadOnly = false)
    {
        _options = new DashboardOptions { HistoryPath = _folder.History, Flow = ["flow"], IsReadOnly = isReadOnly };
        _history = new RunHistory(HistoryAddress.Parse(address), new TestValues(), TimeProvider.System, new MemoryBackend(), hasThread: false);
        Reader = new HistoryReader(_history, TimeProvider.System);
        Pool = new PoolReader(Reader, () =>
        {
            OpenCount++;
            return new MemoryLeases(Leases);
        });
        Log = new ActionLog(Path.Combine(_folder.Path, "actions.jsonl"), TimeProvider.System);
        Actions = new WorkerActions(Pool, Log);
        Store = new MemoryLeases(Leases);
    }

    internal static PoolStamp Stamp { get; } = new("v1", Key: null);

    internal MemoryLeasePool Leases { get; } = new(TimeProvider.System);

    /// <summary>The store, as workers and callers use it.</summary>
    internal MemoryLeases Store { get; }

    internal HistoryReader Reader { get; }

    internal PoolReader Pool { get; }

    internal ActionLog Log { get; }

    internal WorkerActions Actions { get; }

    /// <summary>How often the pages have opened the store.</summary>
    internal int OpenCount { get; private set; }

    /// <summary>A run that is recorded, and goes on.</summary>
    internal FlowRun Run(string name = "run-1")
    {
        FlowRun run = new TestFlow("convert").Run(TimeProvider.System, runName: name);
        run.Recording = new RunRecording(_history, run);
        _runs.Add(run);
        Assert.True(run.TryStart());
        _history.WriteQueued();
        return run;
    }

    /// <summary>A worker that is there. Its disposal is its death.</summary>
    internal IDisposable Work(Guid key, string machine = "db1", string[]? queues = null, string[]? tags = null)
    {
        IDisposable presence = Store.Join(key, static () => { });
        Store.Register(new PoolWorkerRow
        {
            Key = key,
            Machine = machine,
            ProcessId = 4711,
            Stamp = Stamp.ToString(),
            Product = "1.2.3",
            Queues = queues ?? ["etl"],
            Tags = tags ?? [],
            Places = 4,
        });
        return presence;
    }

    /// <summary>A caller asks for a worker.</summary>
    internal Guid Ask(string queue, PoolPriority priority = PoolPriority.Normal, params string[] tags)
    {
        var caller = Guid.NewGuid();
        Store.Join(caller, static () => { });
        var lease = new LeaseRow(Guid.NewGuid(), caller, PoolQueues.NameOf(new PoolRequest(queue, tags, priority), Stamp));
        Store.Ask(lease);
        return lease.Id;
    }

    /// <summary>The page as a browser gets it.</summary>
    internal async Task<string> Page()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(_options).AddSingleton(Reader).AddSingleton(Pool)
            .AddSingleton(new Gate(AccessToken.InFile(Path.Combine(_folder.Path, "token"), makesFile: true), _options))
            .AddSingleton<IHttpContextAccessor>(new HttpContextAccessor());
        await using ServiceProvider provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () => System.Net.WebUtility.HtmlDecode((await renderer.RenderComponentAsync<WorkersPage>()).ToHtmlString()));
    }

    public void Dispose()
    {
        _runs.ForEach(static run => run.Finish());
        _history.Dispose();
        Pool.Dispose();
        _folder.Dispose();
    }
}
