using System.Collections;
using FlowModule.Engine.Processes;

namespace FlowModule.Scheduling.Registrars;

/// <summary>
/// The environment variables that a scheduled script needs and the machine's scheduler does not set: the program path, the language, the location of .NET, and
/// FlowModule's own variables, and where a history on a server is (its password is in a file). Never all variables, because a session's environment contains secrets and values that are soon outdated.
/// </summary>
internal static class ScheduledEnvironment
{
    private static readonly string[] Kept = ["PATH", "LANG", "LANGUAGE", "TZ", "TZDIR", "DOTNET_ROOT", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSSLMODE", "PGPASSFILE", "PGSERVICEFILE"];
    private static readonly string[] Prefixes = ["LC_", "FLOW_", "FLOWMODULE_"];

    internal static IReadOnlyDictionary<string, string> OfThisProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value ?? string.Empty))
        .Where(variable => Array.Exists(Kept, name => name.Equals(variable.Name, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(Prefixes, prefix => variable.Name.StartsWith(prefix, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)))
        .OrderBy(variable => variable.Name, StringComparer.Ordinal)
        .ToDictionary(variable => variable.Name, variable => variable.Value, ChildEnvironment.Names);
}
