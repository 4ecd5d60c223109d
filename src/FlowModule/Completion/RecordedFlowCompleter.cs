using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;

namespace FlowModule.Completion;

/// <summary>Completes the names of the flows and tasks of the newest runs in the history.</summary>
public sealed class RecordedFlowCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        try
        {
            return [.. from name in RecordedRuns.Choose(fakeBoundParameters)?.FlowNames() ?? []
                       where word.Begins(name)
                       select word.Result(name, name)];
        }
        catch (HistoryException)
        {
            // Completion reports no errors.
            return [];
        }
    }
}
