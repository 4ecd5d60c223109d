namespace FlowModule.Benchmarks;

/// <summary>Ten thousand tasks in a chain, each of which needs the previous one, and ten thousand tasks that one task waits for.</summary>
internal static class TaskGraphs
{
    internal static void Measure(Table table, bool quick)
    {
        int count = quick ? 1000 : 10_000;
        using var session = new Session();
        session.Run("$global:step = { param($n) $n + 1 }; $global:sum = { param($all) $s = 0; foreach ($n in $all) { $s += $n }; $s }");
        Add($"chain of {count} tasks", $"$t = Start-FlowTask step $step -Parameters @{{ n = 0 }}; foreach ($i in 2..{count}) {{ $t = Start-FlowTask step $step -Parameters @{{ n = $t }} }}; Receive-FlowTask $t", $"{count}");
        Add($"fan-in of {count} tasks", $"$all = foreach ($i in 1..{count}) {{ Start-FlowTask step $step -Parameters @{{ n = 0 }} }}; Start-FlowTask sum $sum -Parameters @{{ all = $all }} | Receive-FlowTask", $"{count}");

        void Add(string what, string script, string expected)
        {
            session.Run($"$global:graph = New-Flow graph {{ {script} }}");
            string result = session.Run("(Invoke-Flow $graph -InformationAction Ignore 6>$null).Result")[0].ToString();
            if (result != expected)
            {
                throw new InvalidOperationException($"The {what} gave {result}, not {expected}.");
            }

            long before = GC.GetTotalMemory(forceFullCollection: true);
            double time = session.Median("Invoke-Flow $graph -InformationAction Ignore 6>$null | Out-Null", quick ? 1 : 3);
            double left = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / 1024.0;
            table.Add(what, $"{Numbers.Show(time * 1000 / count, "us")} a task", $"{Numbers.Show(left, "MB")} more held after it", asked: "<= 20 MB", holds: left <= 20);
        }
    }
}
