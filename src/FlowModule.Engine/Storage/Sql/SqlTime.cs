using System.Buffers.Binary;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The time format of a database: microseconds since 1970 in UTC, which other tools can read too.</summary>
internal static class SqlTime
{
    internal static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Returns the smallest run id of a time: ids begin with the millisecond in which the run was created.</summary>
    internal static Guid FirstIdAt(DateTimeOffset time)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        Span<byte> milliseconds = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, Math.Max(0, time.ToUnixTimeMilliseconds()));
        milliseconds[2..].CopyTo(id);
        return new Guid(id, bigEndian: true);
    }

    internal static DateTimeOffset To(long microseconds) =>
        new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero).ToLocalTime();
}
