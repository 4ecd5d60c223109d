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
        var word = new CompletedWord(commandName, parameterName, wordToComplete);

        // What is plainly a file loads nothing that knows servers.
        IEnumerable<string> named = word.Typed.StartsWith(HistoryBackends.NamedPrefix, StringComparison.Ordinal) || HistoryBackends.NamedPrefix.StartsWith(word.Typed, StringComparison.Ordinal)
            ? HistoryBackends.NamedAddresses
            : [];
        return named.Where(word.Begins)
            .Select(address => word.Result(address, $"{address}: an entry of the service file"))
            .Concat(Files(word, wordToComplete));
    }

    /// <summary>PowerShell completes files for parameters that take patterns. This one takes a path as it is.</summary>
    private static IEnumerable<CompletionResult> Files(CompletedWord word, string typed)
    {
        IEnumerable<CompletionResult> found = CompletionCompleters.CompleteFilename(typed);
        if (WildcardPattern.ContainsWildcardCharacters(word.Typed))
        {
            found = found.Concat(CompletionCompleters.CompleteFilename(WildcardPattern.Escape(word.Typed))).DistinctBy(static file => file.CompletionText);
        }

        return found.Select(file => word.Result(WildcardPattern.Unescape(CompletedWord.Value(file.CompletionText)), file.ToolTip, file.ListItemText, file.ResultType));
    }
}
