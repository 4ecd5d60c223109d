using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Sessions;

namespace FlowModule.Completion;

/// <summary>Completes the names of the session's flows.</summary>
public sealed class FlowNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from flow in RunspaceContext.Current?.Flows.All() ?? []
        where CompletionText.Matches(flow.Name, wordToComplete)
        select CompletionText.Result(flow.Name, flow.Description ?? flow.Name);
}
