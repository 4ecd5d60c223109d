using System.Management.Automation;
using FlowModule.Engine.States;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Refuses what no state is called: nothing would ever be found by it, which looks like a quiet night.</summary>
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
