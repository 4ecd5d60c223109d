using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Tests.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>A test with its own history file, at <c>$h</c>.</summary>
public abstract class HistoryTest : ProcessTest
{
    private protected string HistoryFile => Path.Combine(Folder.FullPath, "own.db");

    private protected RunHistory History => Histories.At(HistoryFile);

    private protected override FlowSession OpenSession()
    {
        FlowSession session = NewSession();
        session.Set("h", HistoryFile);
        return session;
    }

    private protected FlowRunRecord RunOf(string flow) => Assert.Single(History.Find(new RunQuery { FlowNames = [flow] }));

    private protected IReadOnlyList<FlowRunRecord> RunsOf(string flow) => History.Find(new RunQuery { FlowNames = [flow] });

    /// <summary>The log of all runs: "flow level message", in the order in which it was written.</summary>
    private protected string[] Log(FlowLogLevel level = FlowLogLevel.Debug) =>
        [.. History.Find(new RunQuery()).SelectMany(run => History.Logs(new LogQuery(run.Id) { Level = level, Tree = false })).OrderBy(line => line.Number)
            .Select(line => $"{line.FlowName} {line.Level} {line.Message}")];

    private protected static object? ParameterOf(FlowRunRecord run, string name) => run.Parameters![name];

    /// <summary>Everything on disk that belongs to the history, as text.</summary>
    private protected string OnDisk()
    {
        History.WriteQueued();
        return string.Concat(new[] { HistoryFile, HistoryFile + "-wal" }.Where(File.Exists).Select(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return System.Text.Encoding.Latin1.GetString(bytes.ToArray());
        }));
    }
}
