using System.Diagnostics;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// The clock of the server, which all processes share: those of their machines may differ. It is asked from time to time; in between, time passes here as well.
/// </summary>
/// <param name="session">The connection to the server.</param>
internal sealed class PgClock(PgSession session) : TimeProvider
{
    private static readonly TimeSpan AskEach = TimeSpan.FromSeconds(30);

    private DateTimeOffset _known;
    private long? _knownAt;

    public override DateTimeOffset GetUtcNow() => session.Alone(() =>
    {
        if (_knownAt is not { } at || Stopwatch.GetElapsedTime(at) > AskEach)
        {
            long begin = Stopwatch.GetTimestamp();
            long now = session.Number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")!.Value;

            // The answer is of some moment in between.
            _known = SqlTime.To(now).ToUniversalTime() + (Stopwatch.GetElapsedTime(begin) / 2);
            _knownAt = at = Stopwatch.GetTimestamp();
        }

        return _known + Stopwatch.GetElapsedTime(at);
    });
}
