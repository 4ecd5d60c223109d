using System.Buffers.Binary;

namespace FlowModule.Sqlite;

/// <summary>Times as the file has them: microseconds since 1970 in UTC, which other tools can read too.</summary>
internal static class SqliteTime
{
    internal static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Ids begin with the millisecond in which their runs were made: this is the smallest of that time.</summary>
    internal static byte[] FirstIdAt(DateTimeOffset time)
    {
        byte[] id = new byte[16];
        Span<byte> milliseconds = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, Math.Max(0, time.ToUnixTimeMilliseconds()));
        milliseconds[2..].CopyTo(id);
        return id;
    }

    internal static DateTimeOffset To(long microseconds) =>
        new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero).ToLocalTime();
}
