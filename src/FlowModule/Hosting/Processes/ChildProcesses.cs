using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// Passes signals on to the native commands that a script is running. The engine does not stop a command that writes straight
/// to our output: at a terminal Ctrl+C reaches it without our help, but a signal that is sent to this process alone does not.
/// </summary>
internal static partial class ChildProcesses
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends <paramref name="signal"/> to each process that this one has started.</summary>
    public static void Send(int signal)
    {
        // Windows tells all the processes of a console by itself.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (int child in OperatingSystem.IsLinux() ? FromProc() : FromPs())
        {
            // One that has ended meanwhile is none of our business.
            _ = SendSignal(child, signal);
            if (signal == Kill)
            {
                // One that works for us has a group of its own, with what it has started in it.
                _ = SendSignal(-child, signal);
            }
        }
    }

    private static List<int> FromProc()
    {
        List<int> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            try
            {
                // "id (name) state parent ...", where the name may hold anything but ends at the last bracket.
                string stat = File.ReadAllText(folder + "/stat");
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3);
                if (int.Parse(fields[1], CultureInfo.InvariantCulture) == Environment.ProcessId)
                {
                    children.Add(id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended since it was listed.
            }
        }

        return children;
    }

    private static List<int> FromPs()
    {
        List<int> children = [];
        using Process ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid="]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using StreamReader output = ps.StandardOutput;
        while (output.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int id = int.Parse(fields[0], CultureInfo.InvariantCulture);
            if (int.Parse(fields[1], CultureInfo.InvariantCulture) == Environment.ProcessId && id != ps.Id)
            {
                children.Add(id);
            }
        }

        return children;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
