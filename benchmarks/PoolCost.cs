using System.Diagnostics;
using System.Globalization;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Benchmarks;

/// <summary>
/// Subflows that workers of a queue execute: two worker processes with five places each, this process as the caller, and a real server whose writes are on the
/// disk. Beside it a bare queue on the same server.
/// </summary>
internal static class PoolCost
{
    private const int Places = 5;
    private const string Start = $"Start-Subflow -Parallel -Queue {PoolWorkers.Queue} -InformationAction Ignore";

    internal static void Measure(Table table, bool quick)
    {
        if (PostgreSqlServer.WhyNot is { } why)
        {
            table.Add("subflows on workers of a queue", "not measured", why);
            return;
        }

        PostgreSqlServer server = PostgreSqlServer.New(isDurable: true);
        Environment.SetEnvironmentVariable("FLOW_HISTORY_URL", server.Address("flowmodule"));
        try
        {
            using var session = new Session();
            using var workers = new PoolWorkers();
            workers.Start(Places);
            workers.Start(Places);
            PoolWorkers.WaitFor(session, 2);
            session.Run($"$null = 1..40 | {Start} {{ Start-Sleep -Milliseconds 50 }} -ThrottleLimit 10");
            Throughput(table, session, server, quick ? 300 : 2000, quick ? 1 : 3);
            Latency(table, session, quick ? 5 : 20);
            Lines(table, session, quick ? 20 : 200);
            Stops(table, session, quick ? 2 : 10);
            Many(table, session, server, quick ? 500 : 10_000);
            Kills(table, session, workers, quick ? 100 : 800, quick ? 2 : 20);
        }
        finally
        {
            Environment.SetEnvironmentVariable("FLOW_HISTORY_URL", null);
        }
    }

    private static void Throughput(Table table, Session session, PostgreSqlServer server, int count, int runs)
    {
        double floor = Numbers.Median(Enumerable.Range(0, runs).Select(_ => PoolFloor.Measure(server.Folder, count)));
        long commits = Commits(server), wal = Number(server, "SELECT pg_current_wal_lsn() - '0/0'");
        double[] rates = [.. Enumerable.Range(0, runs).Select(_ =>
        {
            var watch = Stopwatch.StartNew();
            session.Run($"$null = 1..{count} | {Start} {{ }} -ThrottleLimit 10");
            return count / watch.Elapsed.TotalSeconds;
        })];
        double rate = Numbers.Median(rates);
        table.Add(Invariant($"{count} subflows that do nothing, 2 workers x {Places}"), Invariant($"{rate:0} a second"), Invariant($"bare queue {floor:0} a second"), rate / floor, ">= 500 a second", rate >= 500);
        double each = (double)count * runs;
        table.Add(
            "the same: transactions, bytes of WAL for each", Invariant($"{(Commits(server) - commits) / each:0.0}, {(Number(server, "SELECT pg_current_wal_lsn() - '0/0'") - wal) / each:0}"),
            Invariant($"rows that stay {Number(server, "SELECT (SELECT count(*) FROM flowmodule.state) + (SELECT count(*) FROM flowmodule.run) + (SELECT count(*) FROM flowmodule.log)")} for {Number(server, "SELECT count(*) FROM flowmodule.run")} runs"));
    }

    private static void Latency(Table table, Session session, int runs)
    {
        List<double> bodies = [], states = [];
        for (int i = 0; i < runs; i++)
        {
            // Until the lease was given back: nothing is warm but the worker's spare process.
            Thread.Sleep(2500);
            long begin = DateTime.UtcNow.Ticks;
            long body = (long)session.Run($"(1 | {Start} {{ [DateTime]::UtcNow.Ticks }}).Result")[0].BaseObject;
            states.Add(Milliseconds(DateTime.UtcNow.Ticks - body));
            bodies.Add(Milliseconds(body - begin));
        }

        Add(table, "call to body at idle", bodies, "<= 120 / 300 ms", Numbers.Median(bodies) <= 120 && P95(bodies) <= 300);
        Add(table, "body to state at the caller", states, "<= 60 ms", Numbers.Median(states) <= 60);
    }

    private static void Lines(Table table, Session session, int lines)
    {
        double[] times = [.. session.Run(
            $"1 | Start-Subflow -Parallel -Queue {PoolWorkers.Queue} {{ foreach ($n in 1..{lines}) {{ Write-Information ([DateTime]::UtcNow.Ticks) -Tags Line; Start-Sleep -Milliseconds 20 }} }} -InformationAction Continue 6>&1 | "
            + "ForEach-Object { if ($_ -is [System.Management.Automation.InformationRecord] -and $_.Tags -contains 'Line') { [DateTime]::UtcNow.Ticks - [long]$_.MessageData } }")
            .Select(static time => Milliseconds(Convert.ToInt64(time.BaseObject, CultureInfo.InvariantCulture)))];
        Add(table, "a line of output at the caller", times, "<= 200 ms p95", times.Length == lines && P95(times) <= 200);
    }

    private static void Stops(Table table, Session session, int runs)
    {
        List<double> tokens = [], states = [];
        string file = Path.Combine(Path.GetTempPath(), $"flow-pool-{Environment.ProcessId}");
        for (int i = 0; i < runs; i++)
        {
            string body = $"try {{ [System.IO.File]::WriteAllText('{file}', 'runs'); while ($true) {{ [System.Threading.Thread]::Sleep(5) }} }} finally {{ [System.IO.File]::WriteAllText('{file}', [DateTime]::UtcNow.Ticks) }}";
            session.Run($"$job = 1 | {Start} {{ {body} }} -AsJob");
            SpinWait.SpinUntil(() => File.Exists(file) && File.ReadAllText(file) == "runs", TimeSpan.FromMinutes(1));
            long begin = DateTime.UtcNow.Ticks;
            session.Run("$job.StopJob(); $null = $job.Finished.WaitOne(60000); Remove-Job $job -Force -ErrorAction Ignore");
            states.Add(Milliseconds(DateTime.UtcNow.Ticks - begin));
            tokens.Add(Milliseconds(long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) - begin));
            File.Delete(file);
        }

        Add(table, "stop to the end of the body", tokens, "<= 500 ms p95", P95(tokens) <= 500);
        Add(table, "stop to the state at the caller", states, "<= 1.5 s p95", P95(states) <= 1500);
    }

    private static void Many(Table table, Session session, PostgreSqlServer server, int count)
    {
        using var self = Process.GetCurrentProcess();
        session.Run($"$null = 1..200 | {Start} {{ }} -ThrottleLimit 200");
        GC.Collect();
        self.Refresh();
        long before = self.WorkingSet64, waiting = 0, most = 0;
        using (var watcher = new Timer(
            _ =>
            {
                self.Refresh();
                most = Math.Max(most, self.WorkingSet64);
                waiting = Math.Max(waiting, Number(server, "SELECT count(*) FROM flowmodule.pool_lease WHERE worker IS NULL"));
            },
            state: null, TimeSpan.Zero, TimeSpan.FromSeconds(1)))
        {
            session.Run($"$null = 1..{count} | {Start} {{ }} -ThrottleLimit 200");
        }

        double more = (most - before) / 1048576.0;
        table.Add(Invariant($"{count} subflows, throttle 200: memory of the caller"), Invariant($"+ {more:0} MB"), Invariant($"most waiting in the database {waiting}"), ratio: null, "<= 50 MB, 456", more <= 50 && waiting <= 456);
    }

    private static void Kills(Table table, Session session, PoolWorkers workers, int count, int kills)
    {
        string file = Path.Combine(Path.GetTempPath(), $"flow-pool-{Environment.ProcessId}");
        var killed = new List<long>();
        workers.Start(Places);
        PoolWorkers.WaitFor(session, 3);
        bool hasEnded = false;
        var killer = new Thread(() =>
        {
            for (int i = 0; i < kills && !Volatile.Read(ref hasEnded); i++)
            {
                Thread.Sleep(Random.Shared.Next(1000, 3000));
                killed.Add(DateTime.UtcNow.Ticks);
                workers.KillOne();
                workers.Start(Places);
            }
        });
        killer.Start();
        string body = $"[System.IO.File]::WriteAllText('{file}.' + $_ + '.' + [DateTime]::UtcNow.Ticks, ''); Start-Sleep -Milliseconds (Get-Random -Maximum 500); $_";
        int[] results = [.. session.Run($"1..{count} | {Start} {{ {body} }} -ThrottleLimit 15 -ErrorAction Ignore -WarningAction Ignore | ForEach-Object {{ $_.Type -eq 'Completed' ? $_.Result : -1 }}", mayFail: true)
            .Select(static result => Convert.ToInt32(result.BaseObject, CultureInfo.InvariantCulture))];
        Volatile.Write(ref hasEnded, true);
        killer.Join();
        List<double> again = [];
        foreach (IGrouping<string, long> run in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + ".*").Select(static name => name.Split('.')).GroupBy(static parts => parts[^2], static parts => long.Parse(parts[^1], CultureInfo.InvariantCulture)))
        {
            again.AddRange(run.Order().Skip(1).Select(start => Milliseconds(start - killed.Where(kill => kill < start).DefaultIfEmpty(start).Max())));
        }

        Array.ForEach(Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + ".*"), File.Delete);
        int distinct = results.Where(static result => result > 0).Distinct().Count();
        table.Add(
            Invariant($"{killed.Count} workers killed among {count} subflows of 0 to 500 ms"),
            Invariant($"{results.Length} states, {distinct} results, {results.Count(static result => result < 0)} not completed"),
            ratio: null, asked: "one state and one result each", holds: results.Length == count && distinct + results.Count(static result => result < 0) == count);
        if (again.Count > 0)
        {
            Add(table, Invariant($"begun again after a kill ({again.Count} runs)"), again, "<= 6 s p95", P95(again) <= 6000);
        }
    }

    private static void Add(Table table, string what, IReadOnlyCollection<double> times, string asked, bool holds) =>
        table.Add(what, $"{Numbers.Show(Numbers.Median(times), "ms")}, p95 {Numbers.Show(P95(times), "ms")}", asked: asked, holds: holds);

    private static double P95(IReadOnlyCollection<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.95) - 1);

    private static double Milliseconds(long ticks) => ticks / (double)TimeSpan.TicksPerMillisecond;

    private static long Number(PostgreSqlServer server, string sql) => (long)decimal.Parse(server.Run(sql), CultureInfo.InvariantCulture);

    /// <summary>The server counts those of a session when it has nothing to do, at most once a second.</summary>
    private static long Commits(PostgreSqlServer server)
    {
        Thread.Sleep(3000);
        return Number(server, "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
