using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowModule.Sqlite;

/// <summary>What SQLite can do and its packages for .NET do not show.</summary>
internal static partial class SqliteNative
{
    private const int HasMovedControl = 20;
    private const int NoCheckpointOnClose = 1006;

    /// <summary>Whether the file that is open is not the one of this name any more. Where open files cannot be removed it never is.</summary>
    internal static bool HasMoved(SqliteConnection connection)
    {
        int hasMoved = 0;
        return FileControl(connection.Handle!.DangerousGetHandle(), "main", HasMovedControl, ref hasMoved) == raw.SQLITE_OK && hasMoved != 0;
    }

    /// <summary>Says whether the file's log is copied into it, and removed, when the last of those that use it closes it.</summary>
    internal static void SetCheckpointOnClose(SqliteConnection connection, bool isOn) =>
        _ = raw.sqlite3_db_config(connection.Handle!, NoCheckpointOnClose, isOn ? 0 : 1, out _);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(nint database, string name, int operation, ref int argument);
}
