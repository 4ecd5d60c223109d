using System.Management.Automation;
using FlowModule.Sessions;

namespace FlowModule.Commands;

/// <summary>
/// A reference to a flow: the object, its name, or just a script block. Parameters that take one have the type object:
/// for any other type, PowerShell would treat a script block as one that computes the argument.
/// </summary>
internal static class FlowReference
{
    private const string AnonymousName = "scriptblock";

    /// <exception cref="FlowException">There is no flow with that name, or the object does not name one.</exception>
    internal static Flow Resolve(object? reference, RunspaceContext? context) => (reference is PSObject wrapped ? wrapped.BaseObject : reference) switch
    {
        Flow flow => flow,
        string name => context?.Flows.Find(name) ?? throw FlowException.FlowNotFound(name),
        ScriptBlock script => new Flow(AnonymousName, script) { IsNamed = false },
        _ => throw FlowException.InvalidParameter(
            "A flow must be the object from New-Flow, its name, or a script block. To run one flow for each piped object, pass it with -Flow.",
            "FlowExpected", reference),
    };
}
