using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the names or ids of the newest runs in the history that have not completed; of all of them for a command that starts them again.</summary>
public sealed class StoredRunCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from run in RecordedRuns.For(parameterName, word, fakeBoundParameters)
               where run.Kind != RunKind.AdHoc && (run.State.Type != StateType.Completed || commandName.StartsWith("Restart", StringComparison.OrdinalIgnoreCase))
               let text = RecordedRuns.IsId(parameterName) ? run.Id.ToString() : run.Name
               where word.Begins(text)
               group run by text into same
               select word.Result(same.Key, RecordedRuns.Describe(same.First()));
    }
}
