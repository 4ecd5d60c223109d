using System.Diagnostics;

namespace FlowModule.Benchmarks;

/// <summary>The cost of recording a run: measured with and without it in turns, so that both have the same conditions.</summary>
internal static class HistoryCost
{
    private const double AllowedMicroseconds = 40;

    internal static void Measure(Table table, bool quick)
    {
        using var session = new Session();
        session.Run("$global:flow = New-Flow noop { $null = $_ }; $global:two = New-Flow two { param($Name, $Number) $Number }");
        int runs = quick ? 1 : 7;
        int many = quick ? 1000 : 10_000;
        int few = quick ? 200 : 1000;
        Add("no-op subflow, N={0}, throttle 5", many, "1..{0} | Start-Subflow $flow -Parallel -ThrottleLimit 5 -InformationAction Ignore {1} | Out-Null", AllowedMicroseconds);
        Add("no-op subflow in a flow, N={0}, throttle 5", many, "Invoke-Flow { $null = 1..{0} | Start-Subflow $flow -Parallel -ThrottleLimit 5 -InformationAction Ignore } -InformationAction Ignore {1} | Out-Null");
        Add("subflow with two parameters and a result, throttle 5", many, "1..{0} | Start-Subflow $two -Parallel -ThrottleLimit 5 -Parameters @{ Name = 'x' } -InformationAction Ignore {1} | Out-Null");
        Add("no-op subflow, one after another", few, "1..{0} | Start-Subflow $flow -InformationAction Ignore {1} | Out-Null");
        Add("no-op Invoke-Flow", few, "foreach ($i in 1..{0}) { $null = Invoke-Flow $flow -InformationAction Ignore {1} }");
        Add("no-op task in a flow, in line", few, "$null = Invoke-Flow { foreach ($i in 1..{0}) { Invoke-FlowTask noop { } -InformationAction Ignore } } -InformationAction Ignore {1}");
        StartUp(table, quick ? 1 : 9);

        void Add(string what, int count, string script, double? allowed = null)
        {
            (double with, double without) = Numbers.Beside(
                runs, () => Time(session, Fill(script, count, "")) * 1000 / count, () => Time(session, Fill(script, count, "-NoHistory")) * 1000 / count);
            double more = with - without;
            table.Add(
                what.Replace("{0}", count.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) + ", recorded",
                Numbers.Show(with, "us"), $"not recorded {Numbers.Show(without, "us")}: {Numbers.Show(more, "us")} more", without / with,
                allowed is null ? "" : $"<= {allowed} us more", allowed is null ? null : more <= allowed);
        }
    }

    private static void StartUp(Table table, int runs)
    {
        string script = Path.Combine(Path.GetTempPath(), $"flow-history-{Environment.ProcessId}.ps1");
        File.WriteAllText(script, "Invoke-Flow { 1 } -InformationAction Ignore | Out-Null");
        try
        {
            (double with, double without) = Numbers.Beside(runs, () => Cold(script, "on"), () => Cold(script, "off"));
            table.Add("flow run of a one-line flow, recorded", Numbers.Show(with, "ms"), $"not recorded {Numbers.Show(without, "ms")}", without / with);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static double Cold(string script, string mode)
    {
        Environment.SetEnvironmentVariable("FLOW_HISTORY", mode);
        try
        {
            var watch = Stopwatch.StartNew();
            using Process process = ChildProcess.StartProgram(Session.Setting("FlowHost"), "run", script);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return watch.Elapsed.TotalMilliseconds;
        }
        finally
        {
            Environment.SetEnvironmentVariable("FLOW_HISTORY", null);
        }
    }

    private static string Fill(string script, int count, string choice) => script
        .Replace("{0}", count.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{1}", choice, StringComparison.Ordinal);

    private static double Time(Session session, string script)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        session.Run(script);
        return watch.Elapsed.TotalMilliseconds;
    }
}
