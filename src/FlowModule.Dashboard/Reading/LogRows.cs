using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Dashboard.Reading;

/// <summary>Reads a log page by page, merged with the run's states.</summary>
internal static class LogRows
{
    internal static LogPage Read(RunHistory history, LogFilter filter)
    {
        string? text = filter.Text.Length == 0 ? null : filter.Text;
        bool isFollowing = filter.After > 0;
        IReadOnlyList<FlowLogRecord> lines = history.Logs(new LogQuery(filter.Run)
        {
            Tree = filter.Tree,
            Level = filter.Level,
            Text = text,
            After = filter.After,
            Before = filter.Before,
            Tail = isFollowing ? null : LogFilter.PageSize + 1,
            First = isFollowing ? LogFilter.PageSize : null,
        });
        bool hasEarlier = !isFollowing && lines.Count > LogFilter.PageSize;
        FlowLogRecord[] shown = [.. hasEarlier ? lines.Skip(1) : lines];
        LogRow[] rows = [.. shown.Select(RowOf)];
        if (!isFollowing)
        {
            rows = WithStates(history, filter, rows, hasEarlier);
        }

        return new LogPage(rows, hasEarlier, shown is [.., var last] ? last.Number : filter.After);
    }

    /// <summary>Adds the states from the time of the page. A page that follows a log shows the states by itself.</summary>
    private static LogRow[] WithStates(RunHistory history, LogFilter filter, LogRow[] rows, bool hasEarlier)
    {
        DateTimeOffset from = hasEarlier && rows.Length > 0 ? rows[0].Time : DateTimeOffset.MinValue;
        DateTimeOffset to = filter.Before is not null && rows.Length > 0 ? rows[^1].Time : DateTimeOffset.MaxValue;
        LogRow[] states =
        [
            .. history.Read(store => store.StateLines(new LogQuery(filter.Run) { Tree = false }))
                .Where(line => line.Level >= filter.Level && line.Time >= from && line.Time <= to)
                .Where(line => line.Message.Contains(filter.Text, StringComparison.OrdinalIgnoreCase))
                .Select(RowOf),
        ];

        // The sort is stable, so that lines keep their stored order.
        return [.. rows.Concat(states).OrderBy(static row => row.Time)];
    }

    private static LogRow RowOf(FlowLogRecord line) =>
        new(line.Number, line.Time, line.Level, line.RunId, line.RunName, line.FlowName, line.Message, line.IsState);
}
