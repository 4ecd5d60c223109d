using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.History;

namespace FlowModule.Completion;

/// <summary>Completes the addresses of histories that have a name (<c>postgres:name</c>), and files.</summary>
public sealed class FlowHistoryCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete.Trim('\'', '"');

        // What is plainly a file loads nothing that knows servers.
        IEnumerable<string> named = word.StartsWith(HistoryBackends.NamedPrefix, StringComparison.Ordinal) || HistoryBackends.NamedPrefix.StartsWith(word, StringComparison.Ordinal)
            ? HistoryBackends.NamedAddresses
            : [];
        return named.Where(address => CompletionText.Matches(address, word))
            .Select(static address => new CompletionResult(address, address, CompletionResultType.ParameterValue, $"{address}: an entry of the service file"))
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete));
    }
}
