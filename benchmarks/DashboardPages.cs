using System.Diagnostics;
using System.Reflection;

namespace FlowModule.Benchmarks;

/// <summary>The pages of a real <c>flow ui</c> over a large history: the time on the server, as a client on the same machine sees it.</summary>
internal static class DashboardPages
{
    private const double Limit = 150;

    // A search reads every line of the log.
    private const double SearchLimit = 1000;

    internal static void Measure(Table table, bool quick)
    {
        string folder = Directory.CreateTempSubdirectory("flow-dashboard").FullName;
        try
        {
            string file = Path.Combine(folder, "history.db");
            LargeHistory history = quick ? new(file, Runs: 2_000, Lines: 20_000, Inner: 200) : new(file, Runs: 100_000, Lines: 1_000_000, Inner: 10_000);
            history.Write();
            string flow = typeof(DashboardPages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "FlowHost").Value!;

            // As flow starts itself, so that this process is the server.
            using Process server = ChildProcess.StartProgram("exec", "--runtimeconfig", Path.ChangeExtension(flow, ".ui.runtimeconfig.json"), flow, "ui", "--port", "0", "--history-path", file);
            try
            {
                string line = server.StandardOutput.ReadLine()!;
                var address = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]);
                using var client = new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)) };
                client.GetAsync(address).GetAwaiter().GetResult().Dispose();
                Ask(table, client, history, quick ? 3 : 15);
                DashboardRest.Measure(table, server, client, history, TimeSpan.FromSeconds(quick ? 2 : 10));
            }
            finally
            {
                server.Kill(entireProcessTree: true);
                server.WaitForExit();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Ask(Table table, HttpClient client, LargeHistory history, int times)
    {
        void Page(string what, Func<int, string> link, double limit = Limit)
        {
            // Without an open page that listens, no answer is kept: each request reads the history.
            double first = Time(client, link(0));
            double median = Numbers.Median(Enumerable.Range(1, times).Select(i => Time(client, link(i))));
            table.Add($"dashboard: {what}", Numbers.Show(median, "ms"), $"the first time {Numbers.Show(first, "ms")}", asked: $"<= {limit:0} ms", holds: median <= limit);
        }

        string of = $"of {history.Runs} runs";
        Page($"the list {of}", static _ => "/runs");
        Page("250 rows of it", static _ => "/runs?rows=250");
        Page($"the list {of}, by tag and age", static i => $"/runs?age=30d&tag=t{i}*");
        Page("what failed", static _ => "/runs?state=Failed");
        Page("a word that many have", static i => $"/runs?q=otter+{i % 10}");
        Page("a word that no run has", static i => $"/runs?q=nobody{i}");
        Page("two words that no run has together", static i => $"/runs?q=import+nobody{i}");
        Page("a flow that has run seldom", static _ => $"/runs?flow={LargeHistory.SeldomFlow}");
        Page($"the flows {of}", static _ => "/flows");
        Page($"a run with {history.Lines} lines", _ => $"/runs/{history.Logged}");
        Page("its lines with a word", i => $"/runs/{history.Logged}/log?q=file+{i}7", SearchLimit);
        Page("its lines with a word that no line has", i => $"/runs/{history.Logged}/log?q=nobody{i}", SearchLimit);
        Page("its errors", i => $"/runs/{history.Logged}/log?level=Error&q={i % 9}", SearchLimit);
        Page($"a run with {history.Inner} inside", _ => $"/runs/{history.Wide}");
        Page("what is new in its timeline", _ => $"/runs/{history.Wide}/tree.json?since={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");
    }

    private static double Time(HttpClient client, string link)
    {
        var watch = Stopwatch.StartNew();
        using HttpResponseMessage answer = client.GetAsync(new Uri(link, UriKind.Relative)).GetAwaiter().GetResult();
        answer.EnsureSuccessStatusCode();
        return watch.Elapsed.TotalMilliseconds;
    }
}
