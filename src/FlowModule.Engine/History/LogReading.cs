using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Reads a log, merged with the states of its runs, once or as it grows.</summary>
/// <param name="history">The history with the log.</param>
/// <param name="query">Selects the lines.</param>
/// <param name="pieceSize">How many lines are read at once. A log may not fit into memory, but each piece looks its runs up again.</param>
internal sealed class LogReading(RunHistory history, LogQuery query, int pieceSize = 50_000)
{
    // A busy process may write a state some time after the run entered it.
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    private readonly HashSet<(Guid Run, DateTimeOffset Time, string Message)> _seen = [];
    private long _after = query.After;
    private DateTimeOffset? _lastState = query.Since;
    private bool _hasBegun;

    /// <summary>Returns all lines so far, oldest first. Do not use this object again after it.</summary>
    internal IEnumerable<FlowLogRecord> Lines()
    {
        IReadOnlyList<FlowLogRecord> states = [.. history.Read(store => store.StateLines(query)).Where(line => line.Level >= query.Level)];
        if (query.Tail is { } tail)
        {
            return Merge(history.Logs(query), states).TakeLast(tail);
        }

        return Merge(Pieces(), states);
    }

    /// <summary>Returns the lines since the last call, oldest first; the first call returns the lines that the query selects.</summary>
    /// <param name="isLast">Whether this is the last call: then it includes states that were written late.</param>
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
        // At least one line, because it marks the current end of the log.
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

    /// <summary>Merges lines, in the order in which they were stored, with states by time.</summary>
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
