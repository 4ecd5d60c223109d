using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Completion;

/// <summary>Completes the names of registered flows.</summary>
public sealed class FlowRegistrationCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from registration in FlowRegistrations.Of(fakeBoundParameters["HistoryPath"] as string ?? Histories.DefaultPath).All()
               where word.Begins(registration.Name)
               select word.Result(registration.Name, $"{registration.Name}: {registration.When}, {registration.Using}, {registration.Status}");
    }
}
