using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the names of time zones, also by the city alone.</summary>
public sealed class TimeZoneCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = new CompletedWord(commandName, parameterName, wordToComplete);
        return from zone in TimeZoneInfo.GetSystemTimeZones().Append(TimeZoneInfo.Utc).DistinctBy(zone => zone.Id)
               where word.Begins(zone.Id) || word.Begins(zone.Id[(zone.Id.LastIndexOf('/') + 1)..])
               orderby zone.Id
               select word.Result(zone.Id, zone.DisplayName);
    }
}
