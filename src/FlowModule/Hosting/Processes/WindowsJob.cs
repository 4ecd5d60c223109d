using System.Runtime.InteropServices;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// A job object that holds this process and all that it starts. Windows ends what is in it when its last handle is closed, which
/// is when this process ends, in whatever way.
/// </summary>
internal static partial class WindowsJob
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;

    internal static void Join()
    {
        nint job = Create(attributes: 0, name: null);
        var limits = new ExtendedLimits { Flags = KillOnJobClose };

        // Where a job cannot be had, processes end as they do without: when their parent's pipes close.
        if (job != 0 && SetInformation(job, ExtendedLimitInformation, in limits, (uint)Marshal.SizeOf<ExtendedLimits>()))
        {
            // The handle is never closed: the end of the process does that.
            _ = Assign(job, GetCurrentProcess());
        }
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint Create(nint attributes, string? name);

    [LibraryImport("kernel32", EntryPoint = "SetInformationJobObject")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformation(nint job, int kind, in ExtendedLimits limits, uint length);

    [LibraryImport("kernel32", EntryPoint = "AssignProcessToJobObject")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Assign(nint job, nint process);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetCurrentProcess();

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are of interest.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
        public long PerProcessUserTimeLimit;
        public long PerJobUserTimeLimit;
        public uint Flags;
        public nuint MinimumWorkingSetSize;
        public nuint MaximumWorkingSetSize;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
        public ulong ReadOperationCount;
        public ulong WriteOperationCount;
        public ulong OtherOperationCount;
        public ulong ReadTransferCount;
        public ulong WriteTransferCount;
        public ulong OtherTransferCount;
        public nuint ProcessMemoryLimit;
        public nuint JobMemoryLimit;
        public nuint PeakProcessMemoryUsed;
        public nuint PeakJobMemoryUsed;
    }
}
