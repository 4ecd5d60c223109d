namespace FlowModule.Engine.Files;

/// <summary>Tells a file that another process has open for itself from one that cannot be opened for other reasons.</summary>
internal static class HeldFile
{
    private const int SharingViolation = 32;
    private const int LockViolation = 33;
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;

    /// <summary>Whether the file could not be opened because another process has it open exclusively.</summary>
    internal static bool IsHeld(IOException exception) => OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is SharingViolation or LockViolation
        : exception.HResult is LinuxWouldBlock or BsdWouldBlock;
}
