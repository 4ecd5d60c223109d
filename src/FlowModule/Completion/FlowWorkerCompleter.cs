using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Pool;

namespace FlowModule.Completion;

/// <summary>Completes the names of workers.</summary>
public sealed class FlowWorkerCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from worker in PoolWorkers.Known(fakeBoundParameters["HistoryPath"] as string)
               where word.Begins(worker.Name)
               orderby worker.Name
               select word.Result(worker.Name, $"{worker.Name}: {string.Join(", ", worker.Queue)}, {worker.Busy} of {worker.ThrottleLimit} at work");
    }
}
