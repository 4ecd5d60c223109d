using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>Invariants of a history file, whatever has happened to it.</summary>
internal static class FileCheck
{
    /// <summary>The file is intact, the states of all runs are legal, and all runs whose end was reported are in it and have ended.</summary>
    internal static void IsSound(string path, IEnumerable<Guid> ended)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Assert.Equal("ok", SqliteSchema.Value(connection, "PRAGMA integrity_check"));

        // The current state of a run is its last state; states have no gaps (except before the first recorded one).
        Assert.Equal(0, SqliteSchema.Scalar(connection, "SELECT count(*) FROM state WHERE run NOT IN (SELECT id FROM run)"));
        Assert.Equal(0, SqliteSchema.Scalar(connection, "SELECT count(*) FROM run WHERE states <> 1 + (SELECT max(number) FROM state WHERE run = run.id)"));
        Assert.Equal(0, SqliteSchema.Scalar(
            connection, "SELECT count(*) FROM run WHERE type <> (SELECT type FROM state WHERE state.run = run.id ORDER BY number DESC LIMIT 1)"));
        Assert.Equal(0, SqliteSchema.Scalar(
            connection, "SELECT count(*) FROM run WHERE (SELECT max(number) <> count(*) FROM state WHERE state.run = run.id)"));

        // No state goes back: none follows a final one, and waiting comes before running.
        string final = $"({(int)StateType.Completed}, {(int)StateType.Failed}, {(int)StateType.Crashed}, {(int)StateType.Cancelled})";
        Assert.Equal(0, SqliteSchema.Scalar(
            connection, $"SELECT count(*) FROM state JOIN state later ON later.run = state.run AND later.number > state.number WHERE state.type IN {final}"));
        Assert.Equal(0, SqliteSchema.Scalar(
            connection,
            $"""
            SELECT count(*) FROM state JOIN state later ON later.run = state.run AND later.number > state.number
            WHERE state.type = {(int)StateType.Running} AND later.type = {(int)StateType.Scheduled}
            """));
        Assert.Equal(0, SqliteSchema.Scalar(connection, $"SELECT count(*) FROM run WHERE over <> (type IN {final})"));

        HashSet<Guid> over = [];
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT id FROM run WHERE over = 1 AND type = {(int)StateType.Completed}";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            over.Add(new Guid((byte[])reader.GetValue(0), bigEndian: true));
        }

        Assert.All(ended, id => Assert.Contains(id, over));
    }
}
