using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>
/// How a connection waits for another process that writes. A transaction takes a fraction of a millisecond. SQLite's own waits become longer with each try, up to 100 ms: who has
/// waited longest then looks least often, and nobody writes meanwhile.
/// </summary>
internal static class SqlitePatience
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static long s_begin;

    /// <summary>Has a connection wait for as long as a busy history is no trouble.</summary>
    internal static unsafe void Give(SqliteConnection connection) =>
        SqliteNative.SetBusyHandler(connection, &Wait);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Wait(nint argument, int tries)
    {
        if (tries == 0)
        {
            s_begin = Stopwatch.GetTimestamp();
        }

        TimeSpan waited = Stopwatch.GetElapsedTime(s_begin);
        if (waited.TotalMilliseconds >= SqliteHistoryStore.BusyTimeout)
        {
            return 0;
        }

        // Something that takes so long is no transaction of a run, but the removal of many, or a copy.
        Thread.Sleep(waited < Often ? 1 : 20);
        return 1;
    }
}
