using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Pool;

namespace FlowModule.Completion;

/// <summary>Completes the names of queues: those that workers serve.</summary>
public sealed class FlowQueueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from queue in PoolWorkers.Known(fakeBoundParameters["HistoryPath"] as string).SelectMany(static worker => worker.Queue.Select(queue => (Queue: queue, Worker: worker)))
                   .GroupBy(static pair => pair.Queue, StringComparer.Ordinal)
               where word.Begins(queue.Key)
               orderby queue.Key
               select word.Result(queue.Key, $"{queue.Key}: {string.Join(", ", queue.Select(static pair => pair.Worker.Name))}");
    }
}
