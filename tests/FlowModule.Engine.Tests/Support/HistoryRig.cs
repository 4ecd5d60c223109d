using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A history over stores in memory, on fake time, without a thread: the test ticks.</summary>
internal sealed class HistoryRig : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<FlowRun> _runs = [];

    internal HistoryRig() =>
        History = new RunHistory(
            HistoryAddress.OfFile(Path.Combine(_folder.FullPath, "history")), new TestValues(), Time, new TestBackend(Open), hasThread: false);

    internal FakeTimeProvider Time { get; } = new();

    internal RunHistory History { get; }

    /// <summary>The stores that were opened.</summary>
    internal List<TroubledStore> Stores { get; } = [];

    internal TroubledStore Store => Stores[^1];

    /// <summary>How often opening one was tried.</summary>
    internal int OpenCount { get; private set; }

    /// <summary>Called before a store is opened: may throw.</summary>
    internal Action? Opening { get; set; }

    /// <summary>Called with each store before it is used.</summary>
    internal Action<TroubledStore>? Opened { get; set; }

    /// <summary>A run that continues until the test ends it.</summary>
    internal FlowRun Start()
    {
        FlowRun run = new TestFlow().Run(Time);
        run.Recording = new RunRecording(History, run);
        _runs.Add(run);
        Assert.True(run.TryStart());
        return run;
    }

    internal FlowRun Run()
    {
        FlowRun run = Start();
        run.Finish();
        return run;
    }

    internal void Log(FlowRun run, string message = "line") => run.Recording!.Log(Time.GetUtcNow(), FlowLogLevel.Information, message);

    internal void RetryTick()
    {
        Time.Advance(RunHistory.RetryAfter);
        History.Tick();
    }

    internal static HistoryException Trouble(HistoryFault kind = HistoryFault.Unavailable) => new(kind, "It cannot be written.");

    public void Dispose()
    {
        // They are in a list that all tests share.
        foreach (FlowRun run in _runs.Where(run => !run.State.IsFinal))
        {
            run.Finish();
        }

        History.Dispose();
        _folder.Dispose();
    }

    private OpenedStore Open()
    {
        OpenCount++;
        Opening?.Invoke();
        var store = new TroubledStore(Time);
        Stores.Add(store);
        Opened?.Invoke(store);
        return new OpenedStore(store);
    }
}
