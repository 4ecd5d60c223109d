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
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from run in Active(parameterName, word, fakeBoundParameters)
               let text = RecordedRuns.IsId(parameterName) ? run.Id.ToString() : run.Name
               where word.Begins(text)
               group run by text into same
               select word.Result(same.Key, same.First().ToolTip);
    }

    private static IEnumerable<(Guid Id, string Name, string ToolTip)> Active(string parameterName, CompletedWord word, IDictionary bound) =>
        ActiveRuns.All().Select(run => (run.Id, run.Name, $"{run.FlowName} '{run.Name}', {run.State.Name}"))
            .Concat(RecordedRuns.For(parameterName, word, bound, onlyOpen: true).Select(run => (run.Id, run.Name, RecordedRuns.Describe(run))));
}
