using System.Runtime.InteropServices;

namespace FlowModule.Engine.Processes;

/// <summary>The standard streams of this process.</summary>
internal static partial class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int WindowsOutput = -11;
    private const int WindowsError = -12;

    /// <summary>
    /// Has standard error be the same as standard output, for this process and those that it starts: what is written to both is then in its
    /// order. Called before anything is written.
    /// </summary>
    internal static void Join()
    {
        // Where it does not go, there are two streams, and nothing is lost.
        _ = OperatingSystem.IsWindows() ? SetStandardHandle(WindowsError, GetStandardHandle(WindowsOutput)) ? 0 : -1 : Duplicate(Output, Error);
    }

    /// <summary>
    /// Has standard output and standard error go to a file, for this process and those that it starts: whoever has started it may be gone before it ends.
    /// Called before anything is written.
    /// </summary>
    /// <param name="file">The file, which stays open as long as the process.</param>
    internal static void SendTo(FileStream file)
    {
        nint handle = file.SafeFileHandle.DangerousGetHandle();
        if (OperatingSystem.IsWindows())
        {
            _ = SetStandardHandle(WindowsOutput, handle);
            _ = SetStandardHandle(WindowsError, handle);
        }
        else
        {
            _ = Duplicate((int)handle, Output);
            _ = Duplicate((int)handle, Error);
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("kernel32", EntryPoint = "GetStdHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetStandardHandle(int kind);

    [LibraryImport("kernel32", EntryPoint = "SetStdHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetStandardHandle(int kind, nint handle);
}
