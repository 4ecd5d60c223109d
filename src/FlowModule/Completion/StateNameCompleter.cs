using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.States;

namespace FlowModule.Completion;

/// <summary>Completes the types of states, and the names that differ from them.</summary>
public sealed class StateNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from name in StateNames.All
               where word.Begins(name)
               select word.Result(name, name);
    }
}
