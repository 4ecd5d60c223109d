using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Reads a log with the states of its runs, once or as it grows.</summary>
/// <param name="history">Where the log is.</param>
/// <param name="query">Which lines are wanted.</param>
/// <param name="pieceSize">How many lines are read at once. A log may be larger than memory; but for each piece the runs are looked up anew that it is of.</param>
internal sealed class LogReading(RunHistory history, LogQuery query, int pieceSize = 50_000)
{
    // A busy process writes a state some time after it came to it.
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    private readonly HashSet<(Guid Run, DateTimeOffset Time, string Message)> _seen = [];
    private long _after = query.After;
    private DateTimeOffset? _lastState = query.Since;
    private bool _hasBegun;

    /// <summary>All lines up to now, oldest first. The log must not be read by this object again.</summary>
    internal IEnumerable<FlowLogRecord> Lines()
    {
        IReadOnlyList<FlowLogRecord> states = [.. history.Read(store => store.StateLines(query)).Where(line => line.Level >= query.Level)];
        if (query.Tail is { } tail)
        {
            return Merge(history.Logs(query), states).TakeLast(tail);
        }

        return Merge(Pieces(), states);
    }

    /// <summary>The lines that have come since the last call, oldest first; at the first call those that the query asks for.</summary>
    /// <param name="isLast">Whether there will be no other call: then nothing is missed, however late it was written.</param>
    internal IReadOnlyList<FlowLogRecord> Next(bool isLast = false)
    {
        LogQuery sinceThen = query with { After = _after, Since = isLast ? query.Since : _lastState - (_hasBegun ? Delay : TimeSpan.Zero), Tail = null };
        IReadOnlyList<FlowLogRecord> states = [.. history.Read(store => store.StateLines(sinceThen)).Where(line => _seen.Add((line.RunId, line.Time, line.Message)))];
        IReadOnlyList<FlowLogRecord> lines = _hasBegun || query.Tail is null ? history.Logs(sinceThen with { Since = query.Since }) : LastLines(query.Tail.Value);
        List<FlowLogRecord> all = [.. Merge(lines, [.. states.Where(line => line.Level >= query.Level)])];
        _after = lines is [.., var last] ? last.Number : _after;
        _lastState = states is [.., var state] && (_lastState is null || state.Time > _lastState) ? state.Time : _lastState;
        bool wasFirst = !_hasBegun;
        _hasBegun = true;
        return wasFirst && query.Tail is { } tail && all.Count > tail ? all[^tail..] : all;
    }

    private IReadOnlyList<FlowLogRecord> LastLines(int tail)
    {
        // One at least: it tells where the log ends by now.
        IReadOnlyList<FlowLogRecord> lines = history.Logs(query with { Tail = Math.Max(1, tail) });
        _after = lines is [.., var last] ? last.Number : _after;
        return tail == 0 ? [] : lines;
    }

    private IEnumerable<FlowLogRecord> Pieces()
    {
        long after = query.After;
        while (true)
        {
            IReadOnlyList<FlowLogRecord> piece = history.Logs(query with { After = after, First = pieceSize });
            foreach (FlowLogRecord line in piece)
            {
                yield return line;
            }

            if (piece.Count < pieceSize)
            {
                yield break;
            }

            after = piece[^1].Number;
        }
    }

    /// <summary>Lines in the order in which they were kept, and between them the states by their time.</summary>
    private static IEnumerable<FlowLogRecord> Merge(IEnumerable<FlowLogRecord> lines, IReadOnlyList<FlowLogRecord> states)
    {
        int next = 0;
        foreach (FlowLogRecord line in lines)
        {
            while (next < states.Count && (states[next].Time < line.Time || (states[next].Time == line.Time && !states[next].IsEnd)))
            {
                yield return states[next++];
            }

            yield return line;
        }

        while (next < states.Count)
        {
            yield return states[next++];
        }
    }
}
