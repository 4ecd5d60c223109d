using System.Diagnostics;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// The clock of the server, which all processes share: those of their machines may differ. It is asked from time to time; in between, time passes here as well.
/// Any thread may read it.
/// </summary>
/// <param name="session">The connection to the server.</param>
internal sealed class PgClock(PgSession session) : TimeProvider
{
    private static readonly TimeSpan AskEach = TimeSpan.FromSeconds(30);

    /// <summary>A larger difference between the clocks of this machine means that it has slept, or that its clock was set.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private volatile Answer? _answer;

    public override DateTimeOffset GetUtcNow()
    {
        Answer? answer = _answer;
        if (answer is null || !answer.IsFresh)
        {
            _answer = answer = Ask(answer);
        }

        return answer.Now;
    }

    private Answer Ask(Answer? earlier)
    {
        try
        {
            long begin = Stopwatch.GetTimestamp();
            long now = session.Number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")!.Value;

            // The answer is of some moment in between.
            return new Answer(SqlTime.To(now).ToUniversalTime() + (Stopwatch.GetElapsedTime(begin) / 2), Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        }
        catch (HistoryException) when (earlier is not null)
        {
            // The connection is lost, which is reported where something is to be read or written.
            return earlier;
        }
    }

    private sealed record Answer(DateTimeOffset Time, long At, DateTimeOffset OwnTime)
    {
        internal DateTimeOffset Now => Time + Stopwatch.GetElapsedTime(At);

        internal bool IsFresh => Stopwatch.GetElapsedTime(At) is var passed && passed <= AskEach && (DateTimeOffset.UtcNow - OwnTime - passed).Duration() <= Tolerance;
    }
}
