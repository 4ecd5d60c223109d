using System.Management.Automation;
using FlowModule.Hosting;

namespace FlowModule;

/// <summary>
/// Names a flow as people do: the object, its name, or just a script block. What a cmdlet's <c>-Flow</c> takes.
/// </summary>
public sealed class FlowReference
{
    private const string AnonymousName = "scriptblock";

    private readonly Flow? _flow;
    private readonly string? _name;

    /// <summary>A flow.</summary>
    /// <param name="flow">The flow.</param>
    public FlowReference(Flow flow) => _flow = flow;

    /// <summary>A flow of this session, by name.</summary>
    /// <param name="name">The flow's name; upper and lower case are the same.</param>
    public FlowReference(string name) => _name = name;

    /// <summary>A script block to run as a flow without a name of its own.</summary>
    /// <param name="scriptBlock">What to run.</param>
    public FlowReference(ScriptBlock scriptBlock) => _flow = new Flow(AnonymousName, scriptBlock);

    /// <inheritdoc/>
    public override string ToString() => _flow?.Name ?? _name!;

    /// <exception cref="FlowException">There is no flow of that name.</exception>
    internal Flow Resolve(RunspaceContext? context) =>
        _flow ?? context?.Flows.Find(_name!) ?? throw FlowException.FlowNotFound(_name!);
}
