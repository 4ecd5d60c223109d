using System.Text.RegularExpressions;

namespace FlowModule.Tests.Support;

/// <summary>Of the message of a run whose subflows failed, what it counts. The first of them follows, whose name is another each time.</summary>
internal static partial class Counted
{
    internal static string? States(string? message) => message is null ? null : First().Replace(message, "${count}");

    [GeneratedRegex(@"^(?<count>\d+/\d+ states failed\.) (?:Task|Subflow|Flow) run '[^']+'(?: \(.+\))?: .+$", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex First();
}
