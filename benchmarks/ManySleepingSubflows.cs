namespace FlowModule.Benchmarks;

/// <summary>200 subflows that sleep a second, all at once, in new processes: time and memory, compared with ForEach-Object -Parallel.</summary>
internal static class ManySleepingSubflows
{
    internal static void Measure(Table table, bool quick)
    {
        int runs = quick ? 1 : 3;
        (double ours, double ourMemory) = Run("many", runs);
        (double theirs, double theirMemory) = Run("many-peer", runs);
        table.Add("200 subflows sleeping 1 s, throttle 200, time", Numbers.Show(ours, "s"), $"ForEach-Object -Parallel {Numbers.Show(theirs, "s")}", theirs / ours);
        table.Add("200 subflows sleeping 1 s, throttle 200, peak memory", Numbers.Show(ourMemory, "MB"), $"ForEach-Object -Parallel {Numbers.Show(theirMemory, "MB")}", theirMemory / ourMemory);

        using var session = new Session();
        double warm = session.Median("1..200 | Start-Subflow { [System.Threading.Thread]::Sleep(1000) } -Parallel -ThrottleLimit 200 -InformationAction Ignore | Out-Null", runs) / 1000;
        table.Add("the same, warm workers", Numbers.Show(warm, "s"));
    }

    private static (double Seconds, double Megabytes) Run(string child, int runs)
    {
        List<double[]> results = [.. Enumerable.Range(0, runs).Select(_ => ChildProcess.AskAll(child))];
        return (Numbers.Median(results.Select(result => result[0])), Numbers.Median(results.Select(result => result[1])));
    }
}
