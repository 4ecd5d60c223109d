using System.Diagnostics;
using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>From the start of a process to the first line of a flow's body.</summary>
internal static class StartUp
{
    private const string Body = "Invoke-Flow { [Console]::Out.WriteLine([DateTime]::UtcNow.Ticks) } -InformationAction Ignore | Out-Null";

    internal static void Measure(Table table, bool quick)
    {
        int runs = quick ? 1 : 7;
        string script = Path.Combine(Path.GetTempPath(), $"flow-start-{Environment.ProcessId}.ps1");
        File.WriteAllText(script, Body);
        try
        {
            double bare = Median(runs, () => ChildProcess.Start("--child", "empty"));
            double session = Median(runs, () => ChildProcess.Start("--child", "start"));
            double flow = Median(runs, () => ChildProcess.StartProgram(Session.Setting("FlowHost"), "run", script));
            string beside = $"a runspace that prints {Numbers.Show(bare, "ms")}";
            table.Add("process start to a body's first line, flow run", Numbers.Show(flow, "ms"), beside, bare / flow);
            table.Add("process start to a body's first line, session with Import-Module", Numbers.Show(session, "ms"), beside, bare / session);
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>The child's part: a session, the module, a flow.</summary>
    internal static void RunBody()
    {
        using var session = new Session();
        session.Run(Body);
    }

    private static double Median(int runs, Func<Process> start)
    {
        var times = new List<double>();
        for (int i = 0; i <= runs; i++)
        {
            long before = DateTime.UtcNow.Ticks;
            using Process process = start();
            long line = long.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            process.WaitForExit();
            if (i > 0)
            {
                times.Add((line - before) / (double)TimeSpan.TicksPerMillisecond);
            }
        }

        return Numbers.Median(times);
    }
}
