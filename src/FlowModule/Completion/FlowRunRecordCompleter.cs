using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the names or ids of the newest flow runs in the history; after some characters also of the runs inside them.</summary>
public sealed class FlowRunRecordCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from run in RecordedRuns.For(parameterName, word, fakeBoundParameters)
               let text = RecordedRuns.IsId(parameterName) ? run.Id.ToString() : run.Name
               where word.Begins(text)
               group run by text into same
               select word.Result(same.Key, RecordedRuns.Describe(same.First()));
    }
}
