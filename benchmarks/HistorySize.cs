using System.Diagnostics;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Benchmarks;

/// <summary>A large history: its size, and the time to open it and to find something in it.</summary>
internal static class HistorySize
{
    internal static void Measure(Table table, bool quick)
    {
        string folder = Directory.CreateTempSubdirectory("flow-history").FullName;
        try
        {
            Runs(table, Path.Combine(folder, "runs.db"), quick ? 2_000 : 100_000, quick ? 1 : 9);
            Lines(table, Path.Combine(folder, "lines.db"), quick ? 20_000 : 1_000_000, quick ? 1 : 9);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Runs(Table table, string file, int count, int times)
    {
        using var session = new Session();
        int each = count / 20;
        for (int i = 0; i < 20; i++)
        {
            session.Run($"$null = New-Flow nightly {{ 1..{each - 1} | Start-Subflow (New-Flow part {{ param($n) $n * 2 }}) -Parallel -ThrottleLimit 5 -InformationAction Ignore }} | Invoke-Flow -HistoryPath '{file}' -InformationAction Ignore");
        }

        Histories.Close(file);
        table.Add($"{count} runs stored, a run", Numbers.Show(new FileInfo(file).Length / (double)count, "bytes"), $"the file {Numbers.Show(new FileInfo(file).Length / 1048576.0, "MB")}");
        double open = Numbers.Median(Enumerable.Range(0, times).Select(_ => Time(() => Open(file).Dispose())));
        table.Add("the same, opened", Numbers.Show(open, "ms"));
        bool hasCommand = session.Run("(Get-Command Get-FlowRun -ErrorAction Ignore) -ne $null")[0].BaseObject is true;
        using RunHistory history = Open(file);
        double newest = hasCommand
            ? session.Median($"$null = Get-FlowRun -Last 20 -HistoryPath '{file}'", times)
            : Numbers.Median(Enumerable.Range(0, times).Select(_ => Time(() => history.Find(new RunQuery { Last = 20 }))));
        table.Add("the same, the newest 20", Numbers.Show(newest, "ms"), hasCommand ? "Get-FlowRun" : "", asked: "<= 50 ms", holds: newest <= 50);
        double failed = Numbers.Median(Enumerable.Range(0, times).Select(_ => Time(() => history.Find(new RunQuery { FlowNames = ["nightly"], Last = 20 }))));
        table.Add("the same, the newest 20 of a flow", Numbers.Show(failed, "ms"));
    }

    private static void Lines(Table table, string file, int count, int times)
    {
        using RunHistory history = Open(file);
        var run = new FlowRun(new Flow("lines", System.Management.Automation.ScriptBlock.Create("1")), parent: null, TimeProvider.System);
        run.Recording = new RunRecording(history, run);
        run.TryStart();
        double write = Time(() =>
        {
            for (int i = 0; i < count; i++)
            {
                run.Recording!.Log(DateTimeOffset.Now, FlowLogLevel.Information, "A line of an ordinary length, as a script writes one for each file.");
            }

            history.WriteQueued();
        });
        table.Add($"log of {count} lines, written", $"{count / write * 1000:0} a second", $"{Numbers.Show((new FileInfo(file).Length + new FileInfo(file + "-wal").Length) / (double)count, "bytes")} a line, with what is not yet moved into the file");
        double tail = Numbers.Median(Enumerable.Range(0, times).Select(_ => Time(() => history.Logs(new LogQuery(run.Id) { Tail = 20 }))));
        table.Add("the same, the last 20", Numbers.Show(tail, "ms"));
        ActiveRuns.Remove(run);
    }

    private static RunHistory Open(string file)
    {
        var history = new RunHistory(HistoryAddress.OfFile(file), HistoryValues.Instance, TimeProvider.System, HistoryBackends.Of(HistoryAddress.OfFile(file)));
        history.Require();
        return history;
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}
