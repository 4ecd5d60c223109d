using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FlowModule.Engine.Files;

/// <summary>Whose a file or folder is, and who may do what with it, as Unix has it.</summary>
/// <param name="Owner">The user that it belongs to.</param>
/// <param name="Group">Its group.</param>
/// <param name="Mode">What they and all others may do.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
internal readonly partial record struct FileRights(uint Owner, uint Group, UnixFileMode Mode, bool IsFolder)
{
    private const uint Root = 0;
    private const int FormatMask = 0xF000;
    private const int FolderFormat = 0x4000;
    private const int FileFormat = 0x8000;
    private const int ModeMask = 0xFFF;
    private const int ToWrite = 2;
    private const int NoEntry = 2;
    private const int NoFolder = 20;
    private const int ReadOnlyFileSystem = 30;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly object Users = new();

    /// <summary>The user that this process acts for.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static uint Me => EffectiveUser();

    /// <summary>What is wrong with them where what is in the file or folder is used as the user's own; null when nothing is.</summary>
    /// <param name="me">The user.</param>
    /// <param name="isOwnGroup">Whether a user, the first, is alone in a group, the second: on many systems all have one, which may write what they make.</param>
    internal FileFault? FindFault(uint me, Func<uint, uint, bool> isOwnGroup)
    {
        if (Owner != me && Owner != Root)
        {
            return FileFault.OfAnother;
        }

        bool isWritable = Mode.HasFlag(UnixFileMode.OtherWrite) || (Mode.HasFlag(UnixFileMode.GroupWrite) && !isOwnGroup(Owner, Group));

        // In a folder like /tmp others may make files of theirs, but not replace those of the user.
        return isWritable && !(IsFolder && Mode.HasFlag(UnixFileMode.StickyBit)) ? FileFault.WrittenByOthers : null;
    }

    /// <summary>Those of what a path leads to; null for nothing, and for what keeps nothing, such as /dev/null.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be looked at.</exception>
    [UnsupportedOSPlatform("windows")]
    internal static FileRights? Of(string path)
    {
        if (Stat(path, out Status status) == 0)
        {
            int format = status.Mode & FormatMask;
            var mode = (UnixFileMode)(status.Mode & ModeMask);
            if ((mode & OthersWrite) != UnixFileMode.None && Access(path, ToWrite) != 0 && Marshal.GetLastPInvokeError() == ReadOnlyFileSystem)
            {
                // As Kubernetes mounts what a container gets from it: with all rights, of which none can be used.
                mode &= ~OthersWrite;
            }

            return format is FolderFormat or FileFormat ? new FileRights(status.User, status.Group, mode, format == FolderFormat) : null;
        }

        return Marshal.GetLastPInvokeError() is NoEntry or NoFolder ? null : throw new UnauthorizedAccessException($"It cannot be seen whose '{path}' is.");
    }

    /// <summary>Whether a group has the name of a user, and no members but that.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static bool IsOwnGroup(uint user, uint group)
    {
        lock (Users)
        {
            nint entry = GroupEntry(group);
            nint owner = UserEntry(user);
            if (entry == 0 || owner == 0)
            {
                return false;
            }

            // Of both the name comes first; of a group then its password, its number, and its members up to an end.
            string? name = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(owner));
            if (name is null || Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry)) != name)
            {
                return false;
            }

            nint members = Marshal.ReadIntPtr(entry, 3 * nint.Size);
            for (nint member; members != 0 && (member = Marshal.ReadIntPtr(members)) != 0; members += nint.Size)
            {
                if (Marshal.PtrToStringUTF8(member) != name)
                {
                    return false;
                }
            }

            return true;
        }
    }

    // How .NET's own library has it, on every Unix, where each has a structure of its own. Of the rest nothing is used.
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Status
    {
        [FieldOffset(4)]
        public int Mode;

        [FieldOffset(8)]
        public uint User;

        [FieldOffset(12)]
        public uint Group;
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, out Status status);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getgrgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GroupEntry(uint group);

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint UserEntry(uint user);
}

/// <summary>Why what is in a file or folder is not used as the user's own.</summary>
internal enum FileFault
{
    /// <summary>It belongs to another user.</summary>
    OfAnother,

    /// <summary>Other users can change it.</summary>
    WrittenByOthers,
}
