namespace FlowModule.Sqlite;

/// <summary>Times as the file has them: microseconds since 1970 in UTC, which other tools can read too.</summary>
internal static class SqliteTime
{
    internal static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    internal static DateTimeOffset To(long microseconds) =>
        new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero).ToLocalTime();
}
