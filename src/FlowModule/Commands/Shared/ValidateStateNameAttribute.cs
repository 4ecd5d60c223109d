using System.Management.Automation;
using FlowModule.Engine.States;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Refuses words that are not the name of a state: a misspelled name would find nothing, which would look like a night without failures.</summary>
internal sealed class ValidateStateNameAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        string name = element.ToString()!;
        if (!StateNames.All.Any(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase) || FlowNames.Wildcard(name)?.IsMatch(known) == true))
        {
            throw new ValidationMetadataException($"'{name}' is not a state. The states are {string.Join(", ", StateNames.All)}.");
        }
    }
}
