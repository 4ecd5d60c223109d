using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine;

namespace FlowModule.Completion;

/// <summary>Completes the names, or the ids, of the runs that are active in this process.</summary>
public sealed class FlowRunNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from run in ActiveRuns.All()
        let text = string.Equals(parameterName, "Id", StringComparison.OrdinalIgnoreCase) ? run.Id.ToString() : run.Name
        where CompletionText.Matches(text, wordToComplete)
        select CompletionText.Result(text, $"{run.FlowName} '{run.Name}', {run.State.Name}");
}
