using FlowModule.Engine.Files;
using FlowModule.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Opens histories in files.</summary>
internal static class SqliteHistory
{
    /// <summary>Opens or creates the history in a file. Sets a damaged file aside.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal static OpenedStore Open(string path, TimeProvider time)
    {
        var place = new SqlitePlace(path, time);
        try
        {
            PrivateFiles.MakeFolder(System.IO.Path.GetDirectoryName(path)!);
            place.Require();
            if (Directory.Exists(path))
            {
                throw new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: it is a folder.");
            }

            if (!place.IsKnown && File.Exists(path))
            {
                CheckUnknown(path);
            }

            return place.Open(place => SqliteHistoryStore.Open(place, time));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{path}' cannot be used: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Checks that an unknown file is a history before it or its neighbors are changed.</summary>
    private static void CheckUnknown(string path)
    {
        try
        {
            using SqliteConnection connection = SqliteHistoryStore.Connect(path, SqliteOpenMode.ReadOnly);
            SqliteSchema.Check(connection);
        }
        catch (SqliteException exception)
        {
            HistoryException trouble = SqliteFaults.Describe(path, exception);
            throw trouble.Kind == HistoryFault.Damaged
                ? new HistoryException(HistoryFault.Unavailable, $"'{path}' is not a history of FlowModule, or a damaged one.", exception)
                : trouble;
        }
    }
}
