namespace FlowModule.Benchmarks;

/// <summary>The cost of one no-op task, in line, started and mapped, compared with a plain function call and a no-op subflow.</summary>
internal static class TaskCost
{
    private const double AllowedInLine = 60;
    private const double AllowedCalls = 6;

    internal static void Measure(Table table, bool quick)
    {
        using var session = new Session();
        session.Run("function global:noop { $null = $args[0] }; $global:block = { $null = $_ }");
        int count = quick ? 500 : 5000;
        int runs = quick ? 1 : 5;
        double call = Each(session, $"foreach ($i in 1..{count}) {{ noop $i }}", count, runs);
        double subflow = Each(session, $"1..{count} | Start-Subflow $block -Parallel -ThrottleLimit 5 | Out-Null", count, runs);
        string beside = $"function call {Numbers.Show(call, "us")}, no-op subflow {Numbers.Show(subflow, "us")}";
        double inLine = Each(session, $"foreach ($i in 1..{count}) {{ Invoke-FlowTask noop $block }}", count, runs);

        // An absolute limit on an idle machine; on a busy one, relative to the baseline of the same run.
        double allowed = Math.Max(AllowedInLine, AllowedCalls * call);
        table.Add("no-op task, in line, log lines", Numbers.Show(inLine, "us"), beside, call / inLine, "<= 60 us or 6 calls", inLine <= allowed);
        Add("no-op task, in line, for piped objects", $"1..{count} | Invoke-FlowTask noop $block");
        Add("no-op task, mapped in parallel, throttle 5", $"1..{count} | Invoke-FlowTask noop $block -Parallel -ThrottleLimit 5");
        Add("no-op task, started and waited for", $"$null = 1..{count} | Start-FlowTask noop $block | Wait-FlowTask");
        Add("no-op task, started one by one and waited for", $"$null = foreach ($i in 1..{count}) {{ Start-FlowTask noop $block }}");

        void Add(string what, string script)
        {
            double each = Each(session, script, count, runs);
            table.Add(what, Numbers.Show(each, "us"), beside, call / each);
        }
    }

    /// <summary>Microseconds for each item, in the body of a flow.</summary>
    private static double Each(Session session, string script, int count, int runs) =>
        session.Median($"New-Flow bench {{ {script} }} | Invoke-Flow 6>$null | Out-Null", runs) * 1000 / count;
}
