using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;

namespace FlowModule.Lookup;

/// <summary>
/// A reference to a run in any form that users can give: an object that belongs to it, its id or the beginning of it, or its name. Every command that
/// accepts a run accepts all of these forms.
/// </summary>
/// <param name="Text">The input, for display.</param>
/// <param name="Id">The id. If there is none, the text is a name or a pattern.</param>
/// <param name="Run">The run itself, if it or its state was given.</param>
/// <param name="History">The history that records the run, if it is known.</param>
internal sealed record RunReference(string Text, Guid? Id = null, FlowRun? Run = null, RunHistory? History = null)
{
    /// <summary>How many runs an error lists for an ambiguous text.</summary>
    private const int MostNamed = 5;

    /// <summary>Parses a reference. The name of a run is a name even if an id begins with the same text.</summary>
    /// <param name="value">The input.</param>
    /// <param name="isId">Whether it must be an id, so that a text is not a name.</param>
    /// <param name="where">The history to search, or null.</param>
    /// <param name="here">The runs of this process that may match.</param>
    /// <exception cref="FlowException">It names no run, or is ambiguous.</exception>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal static RunReference Of(object? value, bool isId, Func<RunHistory?> where, IReadOnlyList<FlowRun> here) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            FlowRunRecord record => new(record.Name, record.Id, History: record.History),
            FlowState state => OfRun(state.Run),
            FlowRun run => OfRun(run),
            FlowLogRecord line => OfId(line.RunId),
            Guid id => OfId(id),
            string text when RunIdRange.TryParse(text, out RunIdRange range) => OfText(text, isId, range, where(), here),
            string text => isId ? throw LookingErrors.IdExpected(text) : new(text),
            _ => HistoryStates.RunOf(value) is { } id ? OfId(id) : throw LookingErrors.RunExpected(value),
        };

    private static RunReference OfRun(FlowRun run) => new(run.Name, run.Id, run, run.Recording?.History);

    private static RunReference OfId(Guid id) => new(id.ToString(), id);

    private static RunReference OfText(string text, bool isId, RunIdRange range, RunHistory? history, IReadOnlyList<FlowRun> here)
    {
        FoundRun[] found = Runs(range, history, here);
        if (!isId && (found.Length == 0 || (!range.IsOne && IsName(text, history, here))))
        {
            return new(text);
        }

        return found.Length <= 1 ? new(text, found.FirstOrDefault()?.Id ?? range.First)
            : throw LookingErrors.Ambiguous(text, [.. found.Take(MostNamed)], hasMore: found.Length > MostNamed);
    }

    private static FoundRun[] Runs(RunIdRange range, RunHistory? history, IReadOnlyList<FlowRun> here) =>
    [
        .. here.Where(run => range.Contains(run.Id)).Select(run => new FoundRun(run.Id, run.FlowName, run.Name))
            .Concat((history?.Find(new RunQuery { IdRange = range, Last = MostNamed + 1 }) ?? []).Select(run => new FoundRun(run.Id, run.FlowName, run.Name)))
            .DistinctBy(run => run.Id),
    ];

    private static bool IsName(string text, RunHistory? history, IReadOnlyList<FlowRun> here) =>
        here.Any(run => string.Equals(run.Name, text, StringComparison.OrdinalIgnoreCase)) || history?.Find(new RunQuery { Names = [text], Last = 1 }).Count > 0;

    /// <summary>A run that matches an ambiguous text.</summary>
    internal sealed record FoundRun(Guid Id, string FlowName, string Name)
    {
        public override string ToString() => $"{Id} ({FlowName} '{Name}')";
    }
}
