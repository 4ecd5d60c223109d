using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>A subflow in a separate process, cold and warm, compared with a PowerShell job (if pwsh exists) and a subflow in a runspace.</summary>
internal static class IsolationCost
{
    private const string Subflow = "{ 1 } | Start-Subflow -Isolation {0} -InformationAction Ignore | Out-Null";

    internal static void Measure(Table table, bool quick)
    {
        Environment.SetEnvironmentVariable("FLOWMODULE_PROCESS_HOST", Session.Setting("FlowHost"));
        int runs = quick ? 1 : 5;
        double cold = Numbers.Median(Enumerable.Range(0, runs).Select(_ => Cold()));
        using var session = new Session();
        int count = quick ? 20 : 200;
        double warm = Each(session, FlowIsolation.Process, count, runs);
        double fresh = Each(session, FlowIsolation.NewRunspace, quick ? 5 : 50, runs);
        double job = JobOfPowerShell(runs);
        string beside = double.IsNaN(job) ? "Start-Job: no pwsh here" : $"Start-Job {Numbers.Show(job, "ms")}";
        table.Add("process-isolated subflow, cold", Numbers.Show(cold, "ms"), beside, job / cold);
        table.Add("process-isolated subflow, warm", Numbers.Show(warm, "ms"), beside, job / warm, "<= 10 ms", warm <= 10);
        table.Add("subflow in a new runspace", Numbers.Show(fresh, "ms"));
    }

    private static double Cold()
    {
        using var session = new Session();
        var watch = Stopwatch.StartNew();
        session.Run(Script(FlowIsolation.Process));
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>Milliseconds for each subflow.</summary>
    private static double Each(Session session, FlowIsolation isolation, int count, int runs) =>
        session.Median($"foreach ($i in 1..{count}) {{ {Script(isolation)} }}", runs) / count;

    private static string Script(FlowIsolation isolation) => Subflow.Replace("{0}", isolation.ToString(), StringComparison.Ordinal);

    private static double JobOfPowerShell(int runs)
    {
        string script = $"(1..{runs} | ForEach-Object {{ (Measure-Command {{ Start-Job {{ 1 }} | Receive-Job -Wait -AutoRemoveJob }}).TotalMilliseconds }} | Sort-Object)[{runs / 2}].ToString('R', [cultureinfo]::InvariantCulture)";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("pwsh", ["-NoProfile", "-Command", script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return double.TryParse(output, CultureInfo.InvariantCulture, out double median) ? median : double.NaN;
        }
        catch (Win32Exception)
        {
            // There is no pwsh.
            return double.NaN;
        }
    }
}
