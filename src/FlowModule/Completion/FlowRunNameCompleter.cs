using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Completion;

/// <summary>Completes the names, or the ids, of the runs that are active, in this process or in others.</summary>
public sealed class FlowRunNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        bool isId = string.Equals(parameterName, "Id", StringComparison.OrdinalIgnoreCase);
        FlowRun[] here = ActiveRuns.All();
        var known = here.Select(run => run.Id).ToHashSet();
        return
            from run in here.Select(run => (run.Id, run.Name, run.FlowName, State: run.State.Name))
                .Concat(Elsewhere(fakeBoundParameters).Where(run => !known.Contains(run.Id)).Select(run => (run.Id, run.Name, run.FlowName, State: run.State.Name)))
            let text = isId ? run.Id.ToString() : run.Name
            where CompletionText.Matches(text, wordToComplete)
            select CompletionText.Result(text, $"{run.FlowName} '{run.Name}', {run.State}");
    }

    private static IReadOnlyList<FlowRunRecord> Elsewhere(IDictionary bound)
    {
        try
        {
            RunHistory? history = bound["HistoryPath"] is string path ? Histories.At(path) : Histories.Default;
            return history is not null && File.Exists(history.Location) ? history.Find(new RunQuery { OnlyOpen = true }) : [];
        }
        catch (HistoryException)
        {
            // Completion is no place for errors: the cmdlet says what is wrong.
            return [];
        }
    }
}
