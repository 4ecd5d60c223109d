namespace FlowModule.PostgreSql;

/// <summary>The tables by which machines lend each other workers. What is in them is of the moment: it goes when a lease has ended.</summary>
internal static class PgPoolTables
{
    /// <summary>The frames with which callers send runs.</summary>
    internal const string RunFrames = "side = 0 AND kind = 7";

    /// <summary>The id of the run that a caller sends with a frame.</summary>
    internal const string RunOfFrame = "substring(bytes FROM 1 FOR 16)";

    internal const string FrameOfRun = $"CREATE INDEX pool_frame_run ON pool_frame({RunOfFrame}) WHERE {RunFrames};";

    internal const string RunsOfWorker = "ALTER TABLE pool_worker ADD COLUMN runs text NOT NULL DEFAULT '';";

    internal const string Step =
        """
        CREATE TABLE pool_lease(id uuid PRIMARY KEY, caller uuid NOT NULL, queue text NOT NULL, worker uuid, claim uuid, asked bigint NOT NULL) WITH (fillfactor = 70);
        CREATE INDEX pool_lease_waiting ON pool_lease(queue) WHERE worker IS NULL;
        CREATE TABLE pool_frame(
            lease uuid NOT NULL, side bigint NOT NULL, number bigint NOT NULL, kind bigint NOT NULL, bytes bytea NOT NULL, PRIMARY KEY(lease, side, number));
        CREATE TABLE pool_worker(
            key uuid PRIMARY KEY, machine text NOT NULL, pid bigint NOT NULL, stamp text NOT NULL, product text NOT NULL, queues text NOT NULL, tags text NOT NULL,
            places bigint NOT NULL, busy bigint NOT NULL, told bigint NOT NULL, started bigint NOT NULL, beat bigint NOT NULL) WITH (fillfactor = 50);
        """;
}
