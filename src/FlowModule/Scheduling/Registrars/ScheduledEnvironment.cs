using System.Collections;
using FlowModule.Processes;

namespace FlowModule.Scheduling.Registrars;

/// <summary>
/// What of the environment a scheduled script gets that the machine's scheduler does not give: where programs are, the language, where .NET is, and
/// what is FlowModule's own. Never all, for a session's environment is full of what is nobody's business, and wrong tomorrow.
/// </summary>
internal static class ScheduledEnvironment
{
    private static readonly string[] Kept = ["PATH", "LANG", "LANGUAGE", "TZ", "TZDIR", "DOTNET_ROOT"];
    private static readonly string[] Prefixes = ["LC_", "FLOW_", "FLOWMODULE_"];

    internal static IReadOnlyDictionary<string, string> OfThisProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value ?? string.Empty))
        .Where(variable => Array.Exists(Kept, name => name.Equals(variable.Name, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Prefixes, prefix => variable.Name.StartsWith(prefix, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)))
        .OrderBy(variable => variable.Name, StringComparer.Ordinal)
        .ToDictionary(variable => variable.Name, variable => variable.Value, ChildEnvironment.Names);
}
