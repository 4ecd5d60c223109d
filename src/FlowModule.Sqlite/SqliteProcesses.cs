using System.Reflection;
using FlowModule.Engine;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The processes that have written to the file.</summary>
internal sealed class SqliteProcesses(SqliteConnection connection)
{
    /// <summary>Notes this process, and gives its number.</summary>
    internal long Register(TimeProvider time)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        DateTimeOffset now = time.GetUtcNow();
        using var insert = new SqliteStatement(
            connection,
            "INSERT INTO process(key, machine, pid, started, pid_space, version, registered, heartbeat) VALUES($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
            7);
        string version = typeof(FlowRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        return (long)insert.Scalar(
            Guid.NewGuid(), Environment.MachineName, process.Id, new DateTimeOffset(process.StartTime), string.Empty, version, now)!;
    }
}
