using System.Globalization;
using System.Runtime.InteropServices;

namespace FlowModule.Engine.Processes;

/// <summary>The processes of Windows with their parents, which .NET does not provide.</summary>
internal static unsafe partial class WindowsProcesses
{
    private const uint Processes = 2;

    internal static List<ProcessEntry> List()
    {
        List<ProcessEntry> processes = [];
        nint snapshot = CreateSnapshot(Processes, process: 0);
        try
        {
            var entry = new Entry { Size = (uint)sizeof(Entry) };
            for (bool found = First(snapshot, ref entry); found; found = Next(snapshot, ref entry))
            {
                processes.Add(new ProcessEntry((int)entry.Id, (int)entry.Parent, entry.Parent.ToString(CultureInfo.InvariantCulture)));
            }
        }
        finally
        {
            _ = Close(snapshot);
        }

        return processes;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateToolhelp32Snapshot")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint CreateSnapshot(uint flags, uint process);

    [LibraryImport("kernel32", EntryPoint = "Process32FirstW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool First(nint snapshot, ref Entry entry);

    [LibraryImport("kernel32", EntryPoint = "Process32NextW")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Next(nint snapshot, ref Entry entry);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Close(nint handle);

    /// <summary>PROCESSENTRY32W, of which only the ids are used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public uint Size;
        public uint Usage;
        public uint Id;
        public nuint Heap;
        public uint Module;
        public uint Threads;
        public uint Parent;
        public int Priority;
        public uint Flags;
        public fixed char File[260];
    }
}
