using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Xml;

namespace FlowModule.Hosting.Scheduling;

/// <summary>The parameters of a scheduled script.</summary>
internal static class InstanceParameters
{
    /// <exception cref="FormatException">They are no hashtable as CLIXML.</exception>
    internal static IEnumerable<CommandParameter> Read(string? parameters)
    {
        if (parameters is null)
        {
            return [];
        }

        object? value;
        try
        {
            value = PSSerializer.Deserialize(parameters);
        }
        catch (Exception exception) when (exception is XmlException or PSArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The parameters of the registration cannot be read: {exception.Message}", exception);
        }

        return (value is PSObject wrapped ? wrapped.BaseObject : value) is IDictionary table
            ? [.. table.Cast<DictionaryEntry>().Select(entry => new CommandParameter((string)entry.Key, Plain(entry.Value)))]
            : throw new FormatException("The parameters of the registration are no hashtable.");
    }

    // A switch comes back as an object with its property.
    private static object? Plain(object? value) =>
        value is PSObject { Properties: var properties } text && text.TypeNames.Contains("Deserialized.System.Management.Automation.SwitchParameter")
            ? properties["IsPresent"]?.Value
            : value;
}
