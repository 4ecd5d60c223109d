using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Remoting;

namespace FlowModule.Completion;

/// <summary>Completes the names of hosts in the user's file.</summary>
public sealed class FlowHostCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from host in Hosts
               where word.Begins(host.Name)
               select word.Result(host.Name, $"{host.Name}: {host.HostName}{(host.Tag.Length == 0 ? null : $", {string.Join(", ", host.Tag)}")}");
    }

    /// <summary>The hosts in the file; none if it cannot be used, because completion reports no errors.</summary>
    internal static IReadOnlyList<FlowRemoteHost> Hosts
    {
        get
        {
            try
            {
                return HostFile.Default.Read();
            }
            catch (FlowException)
            {
                return [];
            }
        }
    }
}
