using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the names or ids of the newest flow runs in the history; after some characters also of the runs inside them.</summary>
public sealed class FlowRunRecordCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from run in RecordedRuns.For(parameterName, wordToComplete, fakeBoundParameters)
        let text = RecordedRuns.IsId(parameterName) ? run.Id.ToString() : run.Name
        where CompletionText.Matches(text, wordToComplete)
        group run by text into same
        select CompletionText.Result(same.Key, RecordedRuns.Describe(same.First()));
}
