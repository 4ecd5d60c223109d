using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Tests.Support;

/// <summary>The history of a process that was killed during its runs.</summary>
internal sealed class DeadHistory : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RunHistory _history;

    internal DeadHistory()
    {
        Path = System.IO.Path.Combine(_folder.FullPath, "history.db");
        _history = new RunHistory(HistoryAddress.OfFile(Path), HistoryValues.Instance, TimeProvider.System, HistoryBackends.Of(HistoryAddress.OfFile(Path)), hasThread: false);

        // A process with this one's id that started earlier: it does not exist.
        ProcessIdentity own = ProcessTable.Own(Guid.NewGuid(), hasLock: false);
        _history.Change(store => store.Processes.Register(own with { Birth = own.Birth - 1 }));
    }

    internal string Path { get; }

    /// <summary>A run that was running when its process died. It does not belong to this process.</summary>
    internal FlowRun Leave(string name, string? onCrash = null, FlowRun? parent = null)
    {
        // Ids are ordered by the clock, in milliseconds.
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        SpinWait.SpinUntil(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > before);
        ScriptBlock body = ScriptBlock.Create("'body of the flow'");
        FlowRun run = new(new Flow("night", body) { Tag = ["nightly"] }, parent, TimeProvider.System, name);
        run.Recording = new RunRecording(_history, run) { CrashHook = onCrash };
        Assert.True(run.TryStart());
        _history.WriteQueued();
        run.MarkOver();
        return run;
    }

    public void Dispose()
    {
        _history.Dispose();
        _folder.Dispose();
    }
}
