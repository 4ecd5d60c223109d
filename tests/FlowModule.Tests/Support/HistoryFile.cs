using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.History;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Support;

/// <summary>A history of its own, with runs that the test makes by hand, for cmdlets to look at with -HistoryPath.</summary>
internal sealed class HistoryFile : IDisposable
{
    private readonly TempFolder _folder = new();

    internal HistoryFile()
    {
        Path = System.IO.Path.Combine(_folder.FullPath, "history.db");
        History = Histories.At(Path);
        History.Require();

        // The first 8 characters of an id change every 65.5 seconds: just now, so that runs made one after another have them in common.
        Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds((DateTimeOffset.UtcNow - TimeSpan.FromHours(1)).ToUnixTimeMilliseconds() & ~0xFFFFL));
    }

    internal string Path { get; }

    internal RunHistory History { get; }

    internal FakeTimeProvider Time { get; } = new();

    internal FlowRun Start(string flow, string name, FlowRun? parent = null, bool isTask = false, string body = "1", string[]? tag = null, IDictionary? parameters = null, byte? key = null)
    {
        // Ids of one millisecond are in no order.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var definition = new Flow(flow, ScriptBlock.Create(body)) { Tag = tag ?? [] };
        var run = new FlowRun(definition, parent, Time, name, parameters, isTask: isTask);
        run.Recording = new RunRecording(History, run) { Key = key is { } number ? [number] : null };
        run.Recording!.Begin();
        Assert.True(run.TryStart());
        return run;
    }

    /// <summary>Ends a run well, or with what it threw.</summary>
    internal void End(FlowRun run, string? thrown = null, object? result = null, TimeSpan after = default)
    {
        Time.Advance(after);
        RunFailure? failure = thrown is null ? null : new RunFailure($"Flow run encountered an exception. RuntimeException: {thrown}", ErrorAt(thrown));
        RunOutcome outcome = new(result is null ? [] : [result], failure);
        Assert.NotNull(run.End(outcome, run.Judge(outcome), static (_, verdict) => verdict.Error));
        run.MarkOver();
    }

    internal void Log(FlowRun run, string text, FlowLogLevel level = FlowLogLevel.Information)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));
        run.Recording!.Log(Time.GetUtcNow(), level, text);
    }

    public void Dispose()
    {
        History.Dispose();
        _folder.Dispose();
    }

    private static ErrorRecord ErrorAt(string message) => new(new RuntimeException(message), "test", ErrorCategory.NotSpecified, targetObject: null);
}
