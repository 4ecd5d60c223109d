using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>Processes see each other by the locks that their lines hold.</summary>
/// <param name="line">The line of this process.</param>
internal sealed class PgPresence(PgLine line) : IProcessPresence
{
    /// <summary>How long a process may be without its lock: its line may have been lost, and is opened again at once.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(250);

    public IPresence Enter(Guid key) => new Presence(line, key, line.Hold(key));

    public LockEvidence Look(Guid key)
    {
        long begin = Environment.TickCount64;
        while (true)
        {
            (bool isHeld, ProcessIdentity? identity) = line.Do(connection => Find(connection, key));
            if (isHeld)
            {
                return LockEvidence.Held;
            }

            if (identity is null)
            {
                return LockEvidence.None;
            }

            // Of a process of this machine, the machine tells more.
            if (ProcessTable.Look(identity) != ProcessEvidence.OutOfSight || Environment.TickCount64 - begin >= Grace.TotalMilliseconds)
            {
                return LockEvidence.Free;
            }

            Thread.Sleep(LookEach);
        }
    }

    public void Forget(Guid key)
    {
        // A lock that nobody holds leaves no trace.
    }

    /// <summary>Whether a process's lock is held, and what is known of it if that means something: after the server has started, processes need some time to come back.</summary>
    private static async Task<(bool IsHeld, ProcessIdentity? Identity)> Find(NpgsqlConnection connection, Guid key)
    {
        long number = PgLocks.Of(key);
        using var command = new NpgsqlCommand(
            """
            SELECT EXISTS(
                    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid::bigint = $1 AND objid::bigint = $2
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
                process.machine, process.pid, process.space, process.birth
            FROM (SELECT 1) AS one LEFT JOIN process ON process.key = $3 AND pg_postmaster_start_time() < clock_timestamp() - interval '30 seconds'
            """,
            connection)
        {
            Parameters = { new() { Value = (number >> 32) & uint.MaxValue }, new() { Value = number & uint.MaxValue }, new() { Value = key } },
        };
        NpgsqlDataReader reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync().ConfigureAwait(false);
            ProcessIdentity? identity = reader.IsDBNull(1)
                ? null
                : new ProcessIdentity(key, reader.GetString(1), reader.GetInt32(2), PgText.Decode(reader.GetString(3)), reader.GetInt64(4), default, HasLock: true);
            return (reader.GetBoolean(0), identity);
        }
    }

    private sealed class Presence(PgLine line, Guid key, bool isSeen) : IPresence
    {
        public bool IsSeen => isSeen;

        /// <summary>A lock that was lost is taken again by the line itself.</summary>
        public bool IsThere => true;

        public void Dispose() => line.LetGo(key);
    }
}
