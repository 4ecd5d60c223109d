using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FlowModule.Benchmarks;

/// <summary>A program that is run repeatedly: its duration, its processor time, and its output.</summary>
internal sealed partial class ColdCommand(string name, string program, string[] arguments, string folder)
{
    private readonly List<double> _wall = [];
    private readonly List<double> _processor = [];
    private readonly List<double> _peak = [];
    private readonly List<string> _said = [];

    internal string Name => name;

    /// <summary>The median, in milliseconds.</summary>
    internal double Wall => Numbers.Median(_wall);

    /// <summary>The median of its peak memory; null if the system does not report it.</summary>
    internal double? PeakMegabytes => _peak.Count == 0 ? null : Numbers.Median(_peak);

    /// <summary>Runs several programs in turns, so that other load on the machine affects all of them. The first turn does not count.</summary>
    internal static void RunInTurns(ColdCommand[] commands, int runs)
    {
        for (int i = 0; i <= runs; i++)
        {
            foreach (ColdCommand command in commands)
            {
                command.Run(counts: i > 0);
            }
        }
    }

    internal string Show() => _processor.Count == 0 ? Numbers.Show(Wall, "ms") : $"{Numbers.Show(Wall, "ms")} (processor {Numbers.Show(Numbers.Median(_processor), "ms")})";

    /// <summary>The median of one of the numbers in its output.</summary>
    internal double Said(int number) => Numbers.Median(_said.Select(line => double.Parse(line.Split(' ')[number], CultureInfo.InvariantCulture)));

    private void Run(bool counts)
    {
        double before = ChildrenTime();
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder };
        using Process process = Process.Start(start)!;
        double peak = 0;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
        {
            peak = Math.Max(peak, PeakOf(process));
        }

        double wall = watch.Elapsed.TotalMilliseconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {output.Result}");
        }

        if (!counts)
        {
            return;
        }

        _wall.Add(wall);
        _said.Add(output.Result.Trim());
        if (OperatingSystem.IsLinux())
        {
            _processor.Add(ChildrenTime() - before);
            _peak.Add(peak);
        }
    }

    private static double PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64 / 1048576.0;
        }
        catch (InvalidOperationException)
        {
            // It has already ended.
            return 0;
        }
    }

    /// <summary>The processor time of ended child processes, in milliseconds; 0 if unknown.</summary>
    private static double ChildrenTime()
    {
        const int Children = -1;
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<long> usage = stackalloc long[18];
        return GetUsage(Children, ref MemoryMarshal.GetReference(usage)) == 0 ? ((usage[0] + usage[2]) * 1000) + ((usage[1] + usage[3]) / 1000.0) : 0;
    }

    // Two times of two longs each, user and system, and fourteen more numbers.
    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, ref long usage);
}
