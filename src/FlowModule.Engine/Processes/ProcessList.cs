using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FlowModule.Engine.Processes;

/// <summary>A process of the machine.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of the process that started it.</param>
/// <param name="Birth">Its start time in the system's form, which distinguishes it from another process with the same id. On Windows the parent's id, which does not change.</param>
internal readonly record struct ProcessEntry(int Id, int Parent, string Birth);

/// <summary>The processes at one moment.</summary>
internal sealed partial class ProcessList
{
    private const int AnyProcess = 0;
    private const int Exited = 4;
    private const int DoNotHang = 1;
    private const int NoChild = 10;

    private readonly ILookup<int, ProcessEntry> _byParent;

    private ProcessList(IEnumerable<ProcessEntry> processes) => _byParent = processes.ToLookup(static process => process.Parent);

    /// <summary>Whether this process has started any that have not ended yet. Costs very little on Unix.</summary>
    internal static bool HasChildren
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return true;
            }

            Span<byte> information = stackalloc byte[128];
            int keepWaitable = OperatingSystem.IsLinux() ? 0x01000000 : 0x20;
            return WaitFor(AnyProcess, id: 0, ref MemoryMarshal.GetReference(information), Exited | DoNotHang | keepWaitable) == 0
                || Marshal.GetLastPInvokeError() != NoChild;
        }
    }

    internal static ProcessList Take() => new(OperatingSystem.IsLinux() ? FromProc() : OperatingSystem.IsWindows() ? WindowsProcesses.List() : FromPs());

    internal IEnumerable<ProcessEntry> ChildrenOf(int process) => _byParent[process].Where(child => child.Id != process);

    /// <summary>All processes that a process has started, directly or through others, as far as these others still exist.</summary>
    internal List<ProcessEntry> Below(int process)
    {
        List<ProcessEntry> found = [];
        HashSet<int> seen = [process];
        for (int next = process, index = 0; ; next = found[index++].Id)
        {
            found.AddRange(ChildrenOf(next).Where(child => seen.Add(child.Id)));
            if (index == found.Count)
            {
                return found;
            }
        }
    }

    internal bool Has(ProcessEntry process) => _byParent.Any(siblings => siblings.Any(sibling => sibling.Id == process.Id && sibling.Birth == process.Birth));

    private static List<ProcessEntry> FromProc()
    {
        List<ProcessEntry> processes = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            try
            {
                // "id (name) state parent ... birth ...", where the name may contain any character but ends at the last bracket.
                string stat = File.ReadAllText(folder + "/stat");
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 21);
                if (fields[0] is not ("Z" or "X"))
                {
                    processes.Add(new ProcessEntry(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended since it was listed.
            }
        }

        return processes;
    }

    private static List<ProcessEntry> FromPs()
    {
        List<ProcessEntry> processes = [];
        using Process ps = Process.Start(
            new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,state=,lstart="]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using StreamReader output = ps.StandardOutput;
        while (output.ReadLine() is { } line)
        {
            string[] fields = line.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
            int id = int.Parse(fields[0], CultureInfo.InvariantCulture);
            if (id != ps.Id && !fields[2].StartsWith('Z'))
            {
                processes.Add(new ProcessEntry(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[3].Trim()));
            }
        }

        return processes;
    }

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int WaitFor(int kind, uint id, ref byte information, int options);
}
