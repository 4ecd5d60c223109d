namespace FlowModule.Benchmarks;

/// <summary>Memory after many subflows whose states are not kept, compared with memory after few.</summary>
internal static class MemoryUse
{
    internal static void Measure(Table table, bool quick)
    {
        int many = quick ? 10_000 : 100_000;
        using var session = new Session();
        double few = After(session, 1000);
        double end = After(session, many);
        table.Add($"memory after {many} subflows", Numbers.Show(end, "MB"), $"after 1000 {Numbers.Show(few, "MB")}", few / end, "within 50 MB", end - few <= 50);
    }

    private static double After(Session session, int count)
    {
        session.Run($"1..{count} | Start-Subflow {{ $null = $_ }} -Parallel 6>$null | Out-Null");
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet / 1048576.0;
    }
}
