using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>Four subflows that sleep a second, from their parent's first log line to its last.</summary>
internal static class FourSleepingSubflows
{
    private const string Script = """
        $lines = New-Flow main-flow { 1..4 | Start-Subflow { [System.Threading.Thread]::Sleep(1000) } -Parallel -ThrottleLimit 4 } | Invoke-Flow 6>&1 |
            Where-Object { $_ -is [System.Management.Automation.InformationRecord] }
        ($lines[-1].TimeGenerated - $lines[0].TimeGenerated).TotalSeconds
        """;

    internal static void Measure(Table table, bool quick)
    {
        int runs = quick ? 1 : 5;
        using var session = new Session();
        Once(session);
        double warm = Numbers.Median(Enumerable.Range(0, runs).Select(_ => Once(session)).ToList());
        double fresh = Numbers.Median(Enumerable.Range(0, runs).Select(_ => ChildProcess.Ask("sleep")).ToList());
        table.Add("4 subflows sleeping 1 s, warm", Numbers.Show(warm, "s"), "Prefect 2's log 1.715 s", 1.715 / warm, "<= 1.05 s", warm <= 1.05);
        table.Add("4 subflows sleeping 1 s, fresh process", Numbers.Show(fresh, "s"), "Prefect 2's log 1.715 s", 1.715 / fresh, "<= 1.2 s", fresh <= 1.2);
    }

    internal static double Once(Session session) => Convert.ToDouble(session.Run(Script)[^1].BaseObject, CultureInfo.InvariantCulture);
}
