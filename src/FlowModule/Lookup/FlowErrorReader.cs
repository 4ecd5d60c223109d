using System.Globalization;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;

namespace FlowModule.Lookup;

/// <summary>Reads from the history all that explains a failure.</summary>
internal static class FlowErrorReader
{
    private const int MostLines = 10;

    /// <param name="run">A failed run.</param>
    internal static FlowError Read(FlowRunRecord run)
    {
        IReadOnlyList<FlowRunRecord> path = FailureCause.PathThrough(run);
        FlowRunRecord cause = path[^1];
        ErrorRecord? error = cause.History.Text(cause.Id, RunValue.ErrorDetails) is { } text && text.StartsWith('{') ? StoredError.Read(text) : null;
        var excerpt = ScriptExcerpt.Of(cause, cause.Error);
        excerpt ??= error?.InvocationInfo is { ScriptLineNumber: > 0 } place ? ScriptExcerpt.OfFile(cause, place.ScriptName, place.ScriptLineNumber) ?? ScriptExcerpt.OfLine(place.ScriptLineNumber, place.Line) : null;
        int inside = cause.History.CountInside(path[0].Id).Where(count => count.Key is StateType.Failed or StateType.Crashed).Sum(count => count.Value);
        return new FlowError
        {
            Run = cause,
            Path = [.. path],
            RunPath = string.Join(" > ", path.Select(Describe)),
            Input = RunText.InputOf(cause),
            Message = error?.Exception.Message ?? cause.State.Message ?? cause.State.Name,
            ExceptionType = error is null ? null : StoredError.TypeOf(error.Exception),
            InnerException = error is null ? null : StoredError.InnerOf(error.Exception),
            ErrorRecord = error,
            ScriptPath = string.IsNullOrEmpty(error?.InvocationInfo?.ScriptName) ? cause.ScriptPath : error.InvocationInfo.ScriptName,
            ScriptLine = error?.InvocationInfo is { ScriptLineNumber: > 0 and var line } ? line : excerpt?.At,
            Script = excerpt is null ? [] : [.. Number(excerpt)],
            Log = LogOf(path),
            OtherFailures = Math.Max(0, inside - path.Skip(1).Count(FailureCause.IsFailed)),
        };
    }

    private static string Describe(FlowRunRecord run) => run.Kind == RunKind.Task ? run.Name : $"{run.FlowName} '{run.Name}'";

    private static IEnumerable<string> Number(ScriptExcerpt excerpt)
    {
        int width = (excerpt.From + excerpt.Lines.Count - 1).ToString(CultureInfo.InvariantCulture).Length;
        return excerpt.Lines.Select((line, index) =>
            $"{(excerpt.From + index == excerpt.At ? '>' : ' ')} {(excerpt.From + index).ToString(CultureInfo.InvariantCulture).PadLeft(width)} | {line}".TrimEnd());
    }

    /// <summary>The last lines that the failed run and those around it wrote; not those of other runs, which ran at the same time.</summary>
    private static FlowLogRecord[] LogOf(IReadOnlyList<FlowRunRecord> path)
    {
        FlowRunRecord cause = path[^1];
        IReadOnlyList<FlowLogRecord> own = Lines(cause, before: null);
        long? end = own is [.., var last] ? last.Number : null;
        if (own is [.., var line] && line.Message == cause.Error)
        {
            // The error itself, which is shown anyway.
            own = [.. own.SkipLast(1)];
        }

        DateTimeOffset ended = cause.EndTime ?? DateTimeOffset.MaxValue;
        return [.. path.Take(path.Count - 1).SelectMany(run => Lines(run, end)).Concat(own).Where(row => row.Time <= ended).OrderBy(row => row.Number).TakeLast(MostLines)];
    }

    private static IReadOnlyList<FlowLogRecord> Lines(FlowRunRecord run, long? before) =>
        run.History.Logs(new LogQuery(run.Id) { Tree = false, Tail = MostLines, Before = before });
}
