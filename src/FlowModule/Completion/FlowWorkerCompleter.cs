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
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from worker in PoolWorkers.Known(fakeBoundParameters["HistoryPath"] as string)
        where CompletionText.Matches(worker.Name, wordToComplete)
        orderby worker.Name
        select CompletionText.Result(worker.Name, $"{worker.Name}: {string.Join(", ", worker.Queue)}, {worker.Busy} of {worker.ThrottleLimit} at work");
}
