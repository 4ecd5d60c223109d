using System.Collections;

namespace FlowModule.Processes;

/// <summary>
/// Environment variables are a process's own. A run in a process of its own finds those of the process that started it, as they
/// are then, whether its process was started for it or is used again.
/// </summary>
internal static class ChildEnvironment
{
    /// <summary>By what variables are told apart. On Windows Path and PATH are one, and setting it anew may change how it is written.</summary>
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

    /// <summary>Writes what has changed since; false when nothing has.</summary>
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

    /// <summary>Changes <paramref name="variables"/> as was written.</summary>
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

    /// <summary>Gives this process these variables and no others.</summary>
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
