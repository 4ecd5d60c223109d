using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>Completes the names of time zones, also by the city alone.</summary>
public sealed class TimeZoneCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from zone in TimeZoneInfo.GetSystemTimeZones().Append(TimeZoneInfo.Utc).DistinctBy(zone => zone.Id)
        where CompletionText.Matches(zone.Id, wordToComplete) || CompletionText.Matches(zone.Id[(zone.Id.LastIndexOf('/') + 1)..], wordToComplete)
        orderby zone.Id
        select Result(zone);

    // A slash needs no quotes.
    private static CompletionResult Result(TimeZoneInfo zone) =>
        CompletionText.Result(zone.Id.Replace('/', '_'), zone.DisplayName) is { } plain && plain.CompletionText[0] != '\''
            ? new CompletionResult(zone.Id, zone.Id, CompletionResultType.ParameterValue, zone.DisplayName)
            : CompletionText.Result(zone.Id, zone.DisplayName);
}
