using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.Runs;

namespace FlowModule.Completion;

/// <summary>Completes the names or ids of active runs: those of this process, and those of other processes in the history.</summary>
public sealed class FlowRunNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from run in Active(parameterName, wordToComplete, fakeBoundParameters)
        let text = RecordedRuns.IsId(parameterName) ? run.Id.ToString() : run.Name
        where CompletionText.Matches(text, wordToComplete)
        group run by text into same
        select CompletionText.Result(same.Key, same.First().ToolTip);

    private static IEnumerable<(Guid Id, string Name, string ToolTip)> Active(string parameterName, string word, IDictionary bound) =>
        ActiveRuns.All().Select(run => (run.Id, run.Name, $"{run.FlowName} '{run.Name}', {run.State.Name}"))
            .Concat(RecordedRuns.For(parameterName, word, bound, onlyOpen: true).Select(run => (run.Id, run.Name, RecordedRuns.Describe(run))));
}
