using System.Collections;

namespace FlowModule.Engine.Processes;

/// <summary>
/// Environment variables belong to a process. A run in another process has the current variables of the parent process,
/// whether its process was started for it or is reused.
/// </summary>
internal static class ChildEnvironment
{
    /// <summary>The comparison of names. On Windows, Path and PATH are the same variable, and setting it may change its spelling.</summary>
    internal static readonly StringComparer Names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    internal static Dictionary<string, string> Now()
    {
        var variables = new Dictionary<string, string>(Names);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return variables;
    }

    /// <summary>Writes the changes between two states; false if there are none.</summary>
    internal static bool TryWrite(BinaryWriter data, Dictionary<string, string> before, Dictionary<string, string> now)
    {
        List<(string Name, string? Value)> changes =
        [
            .. now.Where(variable => !before.TryGetValue(variable.Key, out string? old) || old != variable.Value).Select(variable => (variable.Key, (string?)variable.Value)),
            .. before.Keys.Where(name => !now.ContainsKey(name)).Select(name => (name, (string?)null)),
        ];
        data.Write7BitEncodedInt(changes.Count);
        foreach ((string name, string? value) in changes)
        {
            data.Write(name);
            data.Write(value is not null);
            data.Write(value ?? string.Empty);
        }

        return changes.Count > 0;
    }

    /// <summary>Applies written changes to <paramref name="variables"/>.</summary>
    internal static void Read(BinaryReader data, Dictionary<string, string> variables)
    {
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            string name = data.ReadString();
            bool isSet = data.ReadBoolean();
            string value = data.ReadString();
            if (isSet)
            {
                variables[name] = value;
            }
            else
            {
                variables.Remove(name);
            }
        }
    }

    /// <summary>Sets the variables of this process to exactly these.</summary>
    internal static void Restore(Dictionary<string, string> variables)
    {
        Dictionary<string, string> now = Now();
        foreach ((string name, string value) in variables)
        {
            if (!now.TryGetValue(name, out string? current) || current != value)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        foreach (string name in now.Keys.Where(name => !variables.ContainsKey(name)))
        {
            Environment.SetEnvironmentVariable(name, value: null);
        }
    }
}
