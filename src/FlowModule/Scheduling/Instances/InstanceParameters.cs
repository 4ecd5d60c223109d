using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Serialization;

namespace FlowModule.Scheduling.Instances;

/// <summary>The parameters of a scheduled script.</summary>
internal static class InstanceParameters
{
    /// <exception cref="FormatException">They are not the parameters of a registration.</exception>
    internal static IReadOnlyList<CommandParameter> Read(string? parameters)
    {
        if (parameters is null)
        {
            return [];
        }

        try
        {
            object? value = HistoryValues.Instance.Decode(parameters);
            return (value is PSObject wrapped ? wrapped.BaseObject : value) is IDictionary table
                ? [.. table.Cast<DictionaryEntry>().Select(static entry => new CommandParameter(entry.Key.ToString(), entry.Value))]
                : throw new FormatException("The parameters of the registration are not a hashtable.");
        }
        catch (Exception exception) when (exception is not FormatException)
        {
            throw new FormatException($"The parameters of the registration cannot be read: {exception.Message}", exception);
        }
    }
}
