using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Completion;

/// <summary>Completes the tags of the newest runs in the history.</summary>
public sealed class FlowTagCompleter : IArgumentCompleter
{
    private const int Most = 500;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        try
        {
            return [.. from tag in (RecordedRuns.Choose(fakeBoundParameters)?.Find(new RunQuery { Last = Most }) ?? [])
                           .SelectMany(run => run.Tag).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)
                       where word.Begins(tag)
                       select word.Result(tag, tag)];
        }
        catch (HistoryException)
        {
            // Completion reports no errors.
            return [];
        }
    }
}
