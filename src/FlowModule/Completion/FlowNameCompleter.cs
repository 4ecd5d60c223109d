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
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from flow in RunspaceContext.Current?.Flows.All() ?? []
               where word.Begins(flow.Name)
               select word.Result(flow.Name, flow.Description ?? flow.Name);
    }
}
