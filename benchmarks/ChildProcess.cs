using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Benchmarks;

/// <summary>Measurements that need a separate process, and the code that runs there.</summary>
internal static class ChildProcess
{
    internal static int Run(string what)
    {
        switch (what)
        {
            case "sleep":
                using (var session = new Session())
                {
                    Say(FourSleepingSubflows.Once(session));
                }

                break;
            case "many":
                Many("1..200 | Start-Subflow { [System.Threading.Thread]::Sleep(1000) } -Parallel -ThrottleLimit 200 -InformationAction Ignore | Out-Null");
                break;
            case "many-peer":
                Many("1..200 | ForEach-Object -Parallel { [System.Threading.Thread]::Sleep(1000) } -ThrottleLimit 200 | Out-Null");
                break;
            case "start":
                StartUp.RunBody();
                break;
            case "empty":
                using (var shell = PowerShell.Create(InitialSessionState.CreateDefault2()))
                {
                    shell.AddScript("[Console]::Out.WriteLine([DateTime]::UtcNow.Ticks)").Invoke();
                }

                break;
            default:
                return 2;
        }

        return 0;
    }

    internal static double Ask(string what) => AskAll(what)[0];

    internal static double[] AskAll(string what)
    {
        using Process process = Start("--child", what);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    internal static Process Start(params string[] arguments) => StartProgram(typeof(ChildProcess).Assembly.Location, arguments);

    internal static Process StartProgram(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void Many(string script)
    {
        using var session = new Session();
        var watch = Stopwatch.StartNew();
        session.Run(script);
        Say(watch.Elapsed.TotalSeconds);
        Say(Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
    }

    private static void Say(double value) => Console.Out.WriteLine(value.ToString(CultureInfo.InvariantCulture));
}
