using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Lookup;

/// <summary>
/// A run as people name it: by something that is of the run, by its id or the beginning of one, or by its name. Every command that
/// takes a run takes all of these.
/// </summary>
/// <param name="Text">What was given, for people.</param>
/// <param name="Id">Its id. Without one, the text is a name, which may be a pattern.</param>
/// <param name="Run">The run itself, if it or a state of it was given.</param>
/// <param name="History">Where the run is recorded, if what was given says so.</param>
internal sealed record RunReference(string Text, Guid? Id = null, FlowRun? Run = null, RunHistory? History = null)
{
    /// <summary>How many runs an error names that a text may mean.</summary>
    private const int MostNamed = 5;

    /// <summary>What somebody gives for a run. A name is a name, also when an id begins like it.</summary>
    /// <param name="value">It.</param>
    /// <param name="isId">Whether it is given for an id: then a text is no name.</param>
    /// <param name="where">The history to look in, or null.</param>
    /// <param name="here">The runs of this process that may be meant.</param>
    /// <exception cref="FlowException">It names no run, or may mean several.</exception>
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

    /// <summary>A run that a text may mean.</summary>
    internal sealed record FoundRun(Guid Id, string FlowName, string Name)
    {
        public override string ToString() => $"{Id} ({FlowName} '{Name}')";
    }
}
