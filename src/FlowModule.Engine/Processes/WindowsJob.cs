using System.Runtime.InteropServices;

namespace FlowModule.Engine.Processes;

/// <summary>
/// A job object that contains this process and all processes that it starts. Its handle is never closed explicitly: it closes when the process ends in any way.
/// If a job cannot be created, processes end as they do without one: when their parent's pipes close.
/// </summary>
internal static partial class WindowsJob
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;

    private static nint s_job;

    /// <summary>From now on, processes that this process starts are in the job. Called once, before it starts any.</summary>
    internal static void Join()
    {
        s_job = Create(attributes: 0, name: null);
        if (s_job != 0)
        {
            _ = Assign(s_job, GetCurrentProcess());
        }
    }

    /// <summary>Makes Windows kill everything in the job when its last handle is closed, which is when this process ends.</summary>
    internal static void EndWithThis()
    {
        if (s_job != 0)
        {
            var limits = new ExtendedLimits { Flags = KillOnJobClose };
            _ = SetInformation(s_job, ExtendedLimitInformation, in limits, (uint)Marshal.SizeOf<ExtendedLimits>());
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

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are used.</summary>
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
