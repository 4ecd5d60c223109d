using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine;

namespace FlowModule.Completion;

/// <summary>Completes the names of limits.</summary>
public sealed class FlowLimitCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from limit in RunServices.Default.Limits.All()
        where CompletionText.Matches(limit.Name, wordToComplete)
        select CompletionText.Result(limit.Name, $"{limit.Name}: {limit.Active} active, {limit.Waiting} waiting");
}
