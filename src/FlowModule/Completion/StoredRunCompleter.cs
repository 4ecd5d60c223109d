using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Completion;

/// <summary>Completes the names, or the ids, of the newest flow runs of the history that have not completed.</summary>
public sealed class StoredRunCompleter : IArgumentCompleter
{
    private const int Newest = 200;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from run in Runs(commandName)
        let text = string.Equals(parameterName, "Id", StringComparison.OrdinalIgnoreCase) ? run.Id.ToString() : run.Name
        where CompletionText.Matches(text, wordToComplete)
        select CompletionText.Result(text, $"{run.FlowName} '{run.Name}', {run.State.Name}, {run.CreatedTime:yyyy-MM-dd HH:mm}");

    private static IEnumerable<FlowRunRecord> Runs(string commandName)
    {
        try
        {
            IReadOnlyList<FlowRunRecord> runs = HistoryChoice.Usual.Find()?.Find(new RunQuery { Kinds = [RunKind.Flow], Last = Newest }) ?? [];
            return commandName.StartsWith("Restart", StringComparison.OrdinalIgnoreCase) ? runs : runs.Where(static run => run.State.Type != StateType.Completed);
        }
        catch (Exception exception) when (exception is HistoryException or FlowException)
        {
            // Nothing to complete from: the command says what is wrong.
            return [];
        }
    }
}
