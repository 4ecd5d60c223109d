using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;

namespace FlowModule.Completion;

/// <summary>Completes the names of limits.</summary>
public sealed class FlowLimitCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from limit in Limits(fakeBoundParameters)
               where word.Begins(limit.Name)
               select word.Result(limit.Name, $"{limit.Name}: {limit.Active} active, {limit.Waiting} waiting");
    }

    private static FlowLimit[] Limits(IDictionary bound)
    {
        RunHistory? history = bound["NoHistory"] is not null ? null : bound["HistoryPath"] is string path ? Histories.At(path) : Histories.Default;

        // Completion must not create a file.
        return history is null or { Exists: true } ? RunServices.For(history).Limits.All() : [];
    }
}
