using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FlowModule.Engine.Files;

/// <summary>The owner of a file or folder and what the permissions allow, on Unix.</summary>
/// <param name="Owner">The user that owns it.</param>
/// <param name="Group">Its group.</param>
/// <param name="Mode">The permission bits.</param>
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

    /// <summary>Why a file or folder must not be used as the user's own; null if it may.</summary>
    /// <param name="me">The user.</param>
    /// <param name="isOwnGroup">Whether a user (first argument) is the only member of a group (second argument). On many systems each user has such a group, which may write to the user's files.</param>
    internal FileFault? FindFault(uint me, Func<uint, uint, bool> isOwnGroup)
    {
        if (Owner != me && Owner != Root)
        {
            return FileFault.OfAnother;
        }

        bool isWritable = Mode.HasFlag(UnixFileMode.OtherWrite) || (Mode.HasFlag(UnixFileMode.GroupWrite) && !isOwnGroup(Owner, Group));

        // In a folder with the sticky bit, such as /tmp, others can create files but not replace the user's files.
        return isWritable && !(IsFolder && Mode.HasFlag(UnixFileMode.StickyBit)) ? FileFault.WrittenByOthers : null;
    }

    /// <summary>The rights of the file that a path leads to; null if there is none, or if it stores nothing, such as /dev/null.</summary>
    /// <exception cref="UnauthorizedAccessException">The path cannot be inspected.</exception>
    [UnsupportedOSPlatform("windows")]
    internal static FileRights? Of(string path)
    {
        if (Stat(path, out Status status) == 0)
        {
            int format = status.Mode & FormatMask;
            var mode = (UnixFileMode)(status.Mode & ModeMask);
            if ((mode & OthersWrite) != UnixFileMode.None && Access(path, ToWrite) != 0 && Marshal.GetLastPInvokeError() == ReadOnlyFileSystem)
            {
                // A read-only mount of Kubernetes shows all rights, although nobody can write.
                mode &= ~OthersWrite;
            }

            return format is FolderFormat or FileFormat ? new FileRights(status.User, status.Group, mode, format == FolderFormat) : null;
        }

        return Marshal.GetLastPInvokeError() is NoEntry or NoFolder ? null : throw new UnauthorizedAccessException($"The owner of '{path}' cannot be read.");
    }

    /// <summary>Whether a group has the name of a user and no other members.</summary>
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

            // In the passwd and the group structure, the name comes first. In the group structure, the password, the number and the list of members follow.
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

    // The layout of .NET's own native library, which is the same on every Unix, while each system's own stat structure differs. The remaining fields are not used.
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

/// <summary>Why a file or folder is not used as the user's own.</summary>
internal enum FileFault
{
    /// <summary>It belongs to another user.</summary>
    OfAnother,

    /// <summary>Other users can change it.</summary>
    WrittenByOthers,
}
