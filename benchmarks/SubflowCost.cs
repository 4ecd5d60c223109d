namespace FlowModule.Benchmarks;

/// <summary>The cost of one no-op subflow, with its states, compared with ForEach-Object -Parallel and a plain call.</summary>
internal static class SubflowCost
{
    internal static void Measure(Table table, bool quick)
    {
        using var session = new Session();
        session.Run("$global:flow = New-Flow noop { $null = $_ }");
        int runs = quick ? 1 : 5;
        foreach (int count in quick ? [1000] : new[] { 1000, 10_000 })
        {
            double floor = Each(session, $"foreach ($i in 1..{count}) {{ & {{ $null = $args[0] }} $i }}", count, runs);
            foreach (int throttle in new[] { 5, 32 })
            {
                string start = $"1..{count} | Start-Subflow $flow -Parallel -ThrottleLimit {throttle}";
                double peer = Each(session, $"1..{count} | ForEach-Object -Parallel {{ $null = $_ }} -ThrottleLimit {throttle}", count, count > 1000 ? 1 : Math.Min(runs, 3));
                double withLines = Each(session, start + " 6>$null | Out-Null", count, runs);
                double silent = Each(session, start + " -InformationAction Ignore | Out-Null", count, runs);
                double unrecorded = Each(session, start + " -InformationAction Ignore -NoHistory | Out-Null", count, runs);
                string what = $"no-op subflow, N={count}, throttle {throttle}";
                string beside = $"ForEach-Object -Parallel {Numbers.Show(peer, "us")}";
                double allowed = Math.Max(100, peer / 20);
                table.Add(what + ", log lines", Numbers.Show(withLines, "us"), beside, peer / withLines, ">= 20 and <= 100 us", peer / withLines >= 20 && withLines <= allowed);
                table.Add(what + ", silenced", Numbers.Show(silent, "us"), beside, peer / silent, ">= 25 and <= 100 us", peer / silent >= 25 && silent <= Math.Max(100, peer / 25));
                table.Add(what + ", silenced", Numbers.Show(silent, "us"), $"plain call {Numbers.Show(floor, "us")}", floor / silent);
                table.Add(what + ", silenced, not recorded", Numbers.Show(unrecorded, "us"), beside, peer / unrecorded, ">= 25", peer / unrecorded >= 25);
            }

            (double few, double many) = InTurns(
                session,
                $"1..{count} | Start-Subflow $flow -Parallel -ThrottleLimit 5 -InformationAction Ignore | Out-Null",
                $"1..{count} | Start-Subflow $flow -Parallel -ThrottleLimit 32 -InformationAction Ignore | Out-Null",
                count,
                runs);
            table.Add($"no-op subflow, N={count}, throttle 32, silenced", Numbers.Show(many, "us"), $"throttle 5, in turns {Numbers.Show(few, "us")}", few / many, ">= 0.95", few / many >= 0.95);
        }

        int calls = quick ? 200 : 1000;
        double invoke = Each(session, $"foreach ($i in 1..{calls}) {{ $null = Invoke-Flow $flow -InformationAction Ignore }}", calls, runs);
        double sequential = Each(session, $"1..{calls} | Start-Subflow $flow -InformationAction Ignore | Out-Null", calls, runs);
        double dirty = Each(session, $"1..{calls} | Start-Subflow {{ $global:left = $_ }} -Parallel -InformationAction Ignore | Out-Null", calls, runs);
        table.Add("no-op Invoke-Flow, in the caller's runspace", Numbers.Show(invoke, "us"));
        table.Add("no-op subflow, one after another", Numbers.Show(sequential, "us"));
        table.Add("subflow that leaves a global variable behind", Numbers.Show(dirty, "us"));
    }

    /// <summary>Microseconds for each item of two alternating scripts, because the history that both write to grows.</summary>
    private static (double First, double Second) InTurns(Session session, string first, string second, int count, int runs)
    {
        (double First, double Second)[] turns = [.. Enumerable.Range(0, runs).Select(_ => (Each(session, first, count, runs: 1), Each(session, second, count, runs: 1)))];
        return (turns.Select(turn => turn.First).Order().ElementAt(runs / 2), turns.Select(turn => turn.Second).Order().ElementAt(runs / 2));
    }

    /// <summary>Microseconds for each item.</summary>
    private static double Each(Session session, string script, int count, int runs) => session.Median(script, runs) * 1000 / count;
}
