using System.Diagnostics;
using System.Globalization;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Benchmarks;

/// <summary>Runs of this machine that are recorded on a server, beside the same in a file. What is in the file outlives the process, and so does what is on a server that does not
/// wait for its disk; one that waits keeps it when the power fails, too.</summary>
internal static class ServerHistory
{
    private const int Processes = 8;

    internal static void Measure(Table table, bool quick)
    {
        if (PostgreSqlServer.WhyNot is { } why)
        {
            table.Add("history on a server", "not measured", why);
            return;
        }

        foreach (bool isDurable in new[] { false, true })
        {
            PostgreSqlServer server = PostgreSqlServer.New(isDurable);
            string where = isDurable ? "on a server that waits for its disk" : "on a server that promises what the file does";
            Subflows(table, server, where, quick ? 1000 : 10_000, quick ? 1 : 3);
            Writers(table, server, where, quick ? 20 : 200, quick ? 1 : 3);
        }
    }

    private static void Subflows(Table table, PostgreSqlServer server, string where, int count, int runs)
    {
        using var session = new Session();
        (double onServer, double inFile) = Numbers.Beside(runs, () => Time(server.Address("subflows")), () => Time("$null"));
        double ratio = onServer / inFile;
        table.Add(
            string.Create(CultureInfo.InvariantCulture, $"no-op subflow, N={count}, throttle 5, recorded {where}"), Numbers.Show(onServer, "us"), $"in a file {Numbers.Show(inFile, "us")}", inFile / onServer,
            "<= 3 times", ratio <= 3);

        double Time(string history)
        {
            string path = history == "$null" ? string.Empty : $"-HistoryPath '{history}'";
            GC.Collect();
            var watch = Stopwatch.StartNew();
            session.Run($"1..{count} | Start-Subflow {{ $null = $_ }} -Parallel -ThrottleLimit 5 -InformationAction Ignore {path} | Out-Null");
            return watch.Elapsed.TotalMilliseconds * 1000 / count;
        }
    }

    /// <summary>Each process starts one run after another, so that each end must be kept before the next begins.</summary>
    private static void Writers(Table table, PostgreSqlServer server, string where, int count, int runs)
    {
        string folder = Directory.CreateTempSubdirectory("flow-writers").FullName;
        string script = Path.Combine(folder, "write.ps1");
        File.WriteAllText(script, $$"""
            param($Name)
            Invoke-Flow { } -InformationAction Ignore | Out-Null
            [IO.File]::WriteAllText("$PSScriptRoot/ready-$PID", '')
            while (-not [IO.File]::Exists("$PSScriptRoot/go-$Name")) { [Threading.Thread]::Sleep(5) }
            foreach ($i in 1..{{count}}) { Invoke-Flow { } -InformationAction Ignore | Out-Null }
            """);
        try
        {
            int number = 0;
            (double onServer, double inFile) = Numbers.Beside(runs, () => Write(server.Address("writers")), () => Write(address: null));
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{Processes} processes, {count} runs each, one after another, recorded {where}"), string.Create(CultureInfo.InvariantCulture, $"{onServer:0} a second"),
                string.Create(CultureInfo.InvariantCulture, $"in a file {inFile:0} a second"), onServer / inFile, ">= 2 times", onServer >= 2 * inFile);

            double Write(string? address)
            {
                string name = (++number).ToString(CultureInfo.InvariantCulture);
                Environment.SetEnvironmentVariable("FLOW_HISTORY_URL", address);
                Process[] processes = [.. Enumerable.Range(0, Processes).Select(_ => ChildProcess.StartProgram(Session.Setting("FlowHost"), "run", script, name))];
                Environment.SetEnvironmentVariable("FLOW_HISTORY_URL", null);
                while (Directory.GetFiles(folder, "ready-*").Length < Processes)
                {
                    Thread.Sleep(20);
                }

                Array.ForEach(Directory.GetFiles(folder, "ready-*"), File.Delete);
                var watch = Stopwatch.StartNew();
                File.WriteAllText(Path.Combine(folder, $"go-{name}"), string.Empty);
                foreach (Process process in processes)
                {
                    process.StandardOutput.ReadToEnd();
                    process.WaitForExit();
                    process.Dispose();
                }

                return Processes * count / watch.Elapsed.TotalSeconds;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
