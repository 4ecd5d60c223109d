using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowModule.Sqlite;

/// <summary>SQLite functions that its .NET packages do not expose.</summary>
internal static partial class SqliteNative
{
    private const int HasMovedControl = 20;
    private const int NoCheckpointOnClose = 1006;

    /// <summary>Whether the path of the open file now leads to another file or none. Always false where open files cannot be deleted.</summary>
    internal static bool HasMoved(SqliteConnection connection)
    {
        int hasMoved = 0;
        return FileControl(connection.Handle!.DangerousGetHandle(), "main", HasMovedControl, ref hasMoved) == raw.SQLITE_OK && hasMoved != 0;
    }

    /// <summary>Sets whether the last connection that closes copies the log into the file and deletes it.</summary>
    internal static void SetCheckpointOnClose(SqliteConnection connection, bool isOn) =>
        _ = raw.sqlite3_db_config(connection.Handle!, NoCheckpointOnClose, isOn ? 0 : 1, out _);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(nint database, string name, int operation, ref int argument);
}
