using System.Diagnostics;
using Npgsql;

namespace FlowModule.Benchmarks;

/// <summary>What a queue in a database costs at least: rows that some connections take with SKIP LOCKED, and mark as done. It has no history, no records and no machine that may die.</summary>
internal static class PoolFloor
{
    /// <summary>Returns how many rows a second go through.</summary>
    internal static double Measure(string folder, int rows, int takers = 10)
    {
        string connect = $"Host={folder};Username=postgres;Database=postgres;Pooling=false;MaxAutoPrepare=10;AutoPrepareMinUsages=1";
        Run(connect, $"DROP TABLE IF EXISTS floor; CREATE TABLE floor(id bigint PRIMARY KEY, state int NOT NULL) WITH (fillfactor = 50); CREATE INDEX ON floor(id) WHERE state = 0; INSERT INTO floor SELECT id, 0 FROM generate_series(1, {rows}) AS id");
        using var go = new ManualResetEventSlim();
        Thread[] threads = [.. Enumerable.Range(0, takers).Select(_ => new Thread(() => Take(connect, go)))];
        Array.ForEach(threads, static thread => thread.Start());
        Thread.Sleep(1000);
        var watch = Stopwatch.StartNew();
        go.Set();
        Array.ForEach(threads, static thread => thread.Join());
        return rows / watch.Elapsed.TotalSeconds;
    }

    internal static void Run(string connect, string sql)
    {
        using var connection = new NpgsqlConnection(connect);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void Take(string connect, ManualResetEventSlim go)
    {
        using var connection = new NpgsqlConnection(connect);
        connection.Open();
        using var take = new NpgsqlCommand("UPDATE floor SET state = 1 WHERE id = (SELECT id FROM floor WHERE state = 0 ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id", connection);
        using var end = new NpgsqlCommand("UPDATE floor SET state = 2 WHERE id = $1", connection) { Parameters = { new NpgsqlParameter { Value = 0L } } };
        go.Wait();
        while (take.ExecuteScalar() is long id)
        {
            end.Parameters[0].Value = id;
            end.ExecuteNonQuery();
        }
    }
}
