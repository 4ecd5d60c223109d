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

    internal static void Measure(Table table, bool quick) => WithWorkers(table, (session, server, _) =>
    {
        Throughput(table, session, server, quick ? 300 : 2000, quick ? 1 : 3);
        OneByOne(table, session, server, quick ? 100 : 1000);
        Latency(table, session, quick ? 5 : 20);
        Lines(table, session, quick ? 20 : 200);
        Stops(table, session, quick ? 2 : 10);
        Many(table, session, server, quick ? 500 : 10_000);
    });

    /// <summary>The same workers while they are killed.</summary>
    internal static void Kill(Table table, bool quick) => WithWorkers(table, (session, _, workers) =>
    {
        workers.Start(Places).Wait();
        PoolKills.Measure(table, session, workers, quick ? 100 : 2000, quick ? 2 : 50);
        PoolKills.Limit(table, session, workers, quick ? 30 : 200, quick ? 1 : 8);
    });

    private static void WithWorkers(Table table, Action<Session, PostgreSqlServer, PoolWorkers> measure)
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
            measure(session, server, workers);
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

    /// <summary>Each begins when the one before has ended, so this is a round trip over the database.</summary>
    private static void OneByOne(Table table, Session session, PostgreSqlServer server, int count)
    {
        double floor = PoolFloor.Measure(server.Folder, count, takers: 1);
        var watch = Stopwatch.StartNew();
        session.Run($"$null = 1..{count} | {Start} {{ }} -ThrottleLimit 1");
        double rate = count / watch.Elapsed.TotalSeconds;
        table.Add(Invariant($"{count} of them one by one"), Invariant($"{rate:0} a second"), Invariant($"bare queue {floor:0} a second"), rate / floor, ">= 80 a second", rate >= 80);
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
        (double local, _) = Memory(session, static () => 0, "Start-Subflow -Parallel -InformationAction Ignore", count);
        (double more, long waiting) = Memory(session, () => Number(server, "SELECT count(*) FROM flowmodule.pool_lease WHERE worker IS NULL"), Start, count);
        table.Add(
            Invariant($"{count} subflows, throttle 200: memory of the caller, most waiting in the database"), Invariant($"+ {more:0} MB, {waiting}"), Invariant($"in runspaces + {local:0} MB"),
            ratio: null, "<= 50 MB, 456", more <= 50 && waiting <= 456);
    }

    /// <summary>How much more memory a call takes, whose states nobody keeps, than what it has before: that is after a call of 200.</summary>
    private static (double MegaBytes, long Most) Memory(Session session, Func<long> count, string start, int runs)
    {
        using var self = Process.GetCurrentProcess();
        session.Run($"1..200 | {start} {{ }} -ThrottleLimit 200 | Out-Null");
        GC.Collect();
        self.Refresh();
        long before = self.WorkingSet64, most = 0, counted = 0;
        using (var watcher = new Timer(
            _ =>
            {
                self.Refresh();
                most = Math.Max(most, self.WorkingSet64);
                counted = Math.Max(counted, count());
            },
            state: null, TimeSpan.Zero, TimeSpan.FromSeconds(1)))
        {
            session.Run($"1..{runs} | {start} {{ }} -ThrottleLimit 200 | Out-Null");
        }

        return ((most - before) / 1048576.0, counted);
    }

    internal static void Add(Table table, string what, IReadOnlyCollection<double> times, string asked, bool holds) =>
        table.Add(what, $"{Numbers.Show(Numbers.Median(times), "ms")}, p95 {Numbers.Show(P95(times), "ms")}", asked: asked, holds: holds);

    internal static double P95(IReadOnlyCollection<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.95) - 1);

    internal static double Milliseconds(long ticks) => ticks / (double)TimeSpan.TicksPerMillisecond;

    private static long Number(PostgreSqlServer server, string sql) => (long)decimal.Parse(server.Run(sql), CultureInfo.InvariantCulture);

    /// <summary>The server counts those of a session when it has nothing to do, at most once a second.</summary>
    private static long Commits(PostgreSqlServer server)
    {
        Thread.Sleep(3000);
        return Number(server, "SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
