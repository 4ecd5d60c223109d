using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowModule.Engine.Processes;

/// <summary>The standard streams of this process.</summary>
internal static partial class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;
    private const int CloseOnExecute = 0x80000;
    private const int HandleFlagInherit = 1;
    private const int WindowsInput = -10;
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

    /// <summary>
    /// Takes standard input and output for this process alone. Programs that it starts then read nothing, and what they, or the console's writers,
    /// write to standard output goes to standard error.
    /// </summary>
    internal static (Stream Input, Stream Output) Take()
    {
        // Opened and never closed, like standard input itself.
        SafeFileHandle nothing = File.OpenHandle(OperatingSystem.IsWindows() ? "NUL" : "/dev/null");
        nint input;
        nint output;
        if (OperatingSystem.IsWindows())
        {
            (input, output) = (GetStandardHandle(WindowsInput), GetStandardHandle(WindowsOutput));
            _ = SetHandleInformation(input, HandleFlagInherit, flags: 0);
            _ = SetHandleInformation(output, HandleFlagInherit, flags: 0);
            _ = SetStandardHandle(WindowsInput, nothing.DangerousGetHandle());
            _ = SetStandardHandle(WindowsOutput, GetStandardHandle(WindowsError));
        }
        else
        {
            (input, output) = (Keep(Input), Keep(Output));
            _ = Duplicate((int)nothing.DangerousGetHandle(), Input);
            _ = Duplicate(Error, Output);
        }

        nothing.SetHandleAsInvalid();
        Console.SetOut(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });
        return (Open(input, FileAccess.Read), Open(output, FileAccess.Write));
    }

    // Unbuffered: a frame is one write, and waits for nothing.
    private static FileStream Open(nint handle, FileAccess access) => new(new SafeFileHandle(handle, ownsHandle: true), access, bufferSize: 0);

    /// <summary>Another number for the same stream. On Linux, programs that are started do not get it; elsewhere they keep it open as long as they live.</summary>
    private static int Keep(int stream)
    {
        int kept = Duplicate(stream);
        if (OperatingSystem.IsLinux())
        {
            _ = Duplicate(stream, kept, CloseOnExecute);
        }

        return kept;
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int stream);

    [LibraryImport("libc", EntryPoint = "dup3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int from, int to, int flags);

    [LibraryImport("kernel32", EntryPoint = "SetHandleInformation")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetHandleInformation(nint handle, int mask, int flags);

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
