using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>Workers that are killed while they execute subflows. Another one is started for each, and the next one is killed when that is ready.</summary>
internal static class PoolKills
{
    private const int Places = 5;

    /// <summary>Each subflow has one state and one result, and those that were executed begin again soon.</summary>
    internal static void Measure(Table table, Session session, PoolWorkers workers, int count, int kills)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("flow-kills");
        var killed = new List<long>();
        List<int> results = [];
        int calls = 0;
        while (killed.Count < kills)
        {
            // In each second some ten subflows are lost, so one call may end before there were enough kills.
            int first = calls++ * count;
            string body = $"[System.IO.File]::WriteAllText('{folder.FullName}/' + $_ + '.' + [DateTime]::UtcNow.Ticks, ''); Start-Sleep -Milliseconds (Get-Random -Maximum 500); $_";
            results.AddRange(While(workers, killed, kills, () => session.Run(
                $"{first + 1}..{first + count} | Start-Subflow -Parallel -Queue {PoolWorkers.Queue} {{ {body} }} -ThrottleLimit 10 -InformationAction Ignore -ErrorAction Ignore -WarningAction Ignore | ForEach-Object {{ $_.Type -eq 'Completed' ? $_.Result : -1 }}",
                mayFail: true).Select(static result => Convert.ToInt32(result.BaseObject, CultureInfo.InvariantCulture)).ToArray()));
        }

        List<double> again = [];
        foreach (IGrouping<string, long> run in folder.GetFiles().Select(static file => file.Name.Split('.')).GroupBy(static parts => parts[0], static parts => long.Parse(parts[1], CultureInfo.InvariantCulture)))
        {
            again.AddRange(run.Order().Skip(1).Select(start => PoolCost.Milliseconds(start - killed.Where(kill => kill < start).DefaultIfEmpty(start).Max())));
        }

        folder.Delete(recursive: true);
        int distinct = results.Where(static result => result > 0).Distinct().Count(), failed = results.Count(static result => result < 0);
        table.Add(
            $"{killed.Count} workers killed among {calls * count} subflows of 0 to 500 ms", $"{results.Count} states, {distinct} results, {failed} not completed",
            ratio: null, asked: "one state and one result each", holds: results.Count == calls * count && distinct + failed == calls * count);
        if (again.Count > 0)
        {
            PoolCost.Add(table, $"begun again after a kill ({again.Count} runs)", again, "<= 6 s p95", PoolCost.P95(again) <= 6000);
        }
    }

    /// <summary>A limit of three for all workers.</summary>
    internal static void Limit(Table table, Session session, PoolWorkers workers, int count, int kills)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("flow-limit");
        session.Run("New-FlowLimit three -MaxConcurrency 3");
        var killed = new List<long>();
        string body = $"$file = '{folder.FullName}/' + [DateTime]::UtcNow.Ticks + '.' + $_; try {{ Start-Sleep -Milliseconds (Get-Random -Maximum 300) }} finally {{ [System.IO.File]::WriteAllText($file, [DateTime]::UtcNow.Ticks) }}";
        int completed = While(workers, killed, kills, () => session.Run(
            $"1..{count} | Start-Subflow -Parallel -Queue {PoolWorkers.Queue} -Limit three {{ {body} }} -ThrottleLimit 10 -InformationAction Ignore -ErrorAction Ignore -WarningAction Ignore | Where-Object Type -eq Completed",
            mayFail: true).Count);
        (long Time, int Change)[] changes = [.. folder.GetFiles().SelectMany(static file => new[]
        {
            (long.Parse(file.Name.Split('.')[0], CultureInfo.InvariantCulture), 1), (long.Parse(File.ReadAllText(file.FullName), CultureInfo.InvariantCulture), -1),
        }).Order()];
        folder.Delete(recursive: true);
        int now = 0, most = 0;
        foreach ((_, int change) in changes)
        {
            most = Math.Max(most, now += change);
        }

        table.Add($"{count} subflows with a limit of 3, {killed.Count} workers killed", $"{most} at once at most, {completed} completed", ratio: null, asked: "never 4, all", holds: most <= 3 && completed == count);
    }

    /// <summary>Does something while workers are killed.</summary>
    private static T While<T>(PoolWorkers workers, List<long> killed, int kills, Func<T> action)
    {
        bool hasEnded = false;
        var killer = new Thread(() =>
        {
            while (true)
            {
                Thread.Sleep(Random.Shared.Next(500, 2000));
                if (Volatile.Read(ref hasEnded) || killed.Count >= kills)
                {
                    return;
                }

                killed.Add(DateTime.UtcNow.Ticks);
                workers.KillOne();
                workers.Start(Places).Wait();
            }
        });
        killer.Start();
        try
        {
            return action();
        }
        finally
        {
            Volatile.Write(ref hasEnded, true);
            killer.Join();
        }
    }
}
