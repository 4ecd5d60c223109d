using System.Globalization;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// Advisory locks, by which transactions of processes keep out of each other's way where the rules of the engine need that nothing changes meanwhile. The first
/// number is of the history, as a database can have several.
/// </summary>
internal static class PgLocks
{
    /// <summary>The making of the tables.</summary>
    private const int Schema = 101;

    /// <summary>
    /// The log of all runs. A line gets its number when it is inserted, and is seen when its transaction is committed: with this lock, lines are seen in the
    /// order of their numbers, and who follows a log misses none.
    /// </summary>
    internal const int Log = 102;

    /// <summary>The locks of a transaction. All but those that remove what no run needs share one lock against these.</summary>
    internal static IEnumerable<(string Sql, object?[] Values)> Of(PgPlace place, SqlArea area)
    {
        if (area != SqlArea.Retention)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock_shared({place.Number}, {(int)SqlArea.Retention})"), []);
        }

        if (area != SqlArea.Runs)
        {
            yield return Take(place, (int)area);
        }
    }

    internal static (string Sql, object?[] Values) OfSchema(PgPlace place) => Take(place, Schema);

    /// <summary>The number of a process's own lock.</summary>
    internal static long Of(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes);
        return BitConverter.ToInt64(bytes) ^ BitConverter.ToInt64(bytes[8..]);
    }

    private static (string Sql, object?[] Values) Take(PgPlace place, int number) =>
        (string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({place.Number}, {number})"), []);
}
