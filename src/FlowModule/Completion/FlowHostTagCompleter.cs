using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the tags of hosts in the user's file.</summary>
public sealed class FlowHostTagCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from tagged in FlowHostCompleter.Hosts.SelectMany(static host => host.Tag.Select(tag => (Tag: tag, Host: host))).GroupBy(static pair => pair.Tag, StringComparer.OrdinalIgnoreCase)
               where word.Begins(tagged.Key)
               orderby tagged.Key
               select word.Result(tagged.Key, $"{tagged.Key}: {string.Join(", ", tagged.Select(static pair => pair.Host.Name))}");
    }
}
