using FlowModule.Closures;

namespace FlowModule;

/// <summary>One item that a flow takes along from its caller to a worker.</summary>
public sealed class FlowClosureItem
{
    private FlowClosureItem(Flow flow, FlowClosureKind kind, string name, object? value)
    {
        FlowName = flow.Name;
        Kind = kind;
        Name = name;
        Value = value is BoundBlock bound ? bound.Script : value;
    }

    /// <summary>The flow that takes it along.</summary>
    public string FlowName { get; }

    /// <summary>The kind of the item.</summary>
    public FlowClosureKind Kind { get; }

    /// <summary>Its name; for a module, the file.</summary>
    public string Name { get; }

    /// <summary>A variable's value (the object itself, not a copy), a function's script block, an alias's command, a module.</summary>
    public object? Value { get; }

    internal static IEnumerable<FlowClosureItem> List(Flow flow, Closure closure) =>
        closure.Variables.Select(variable => new FlowClosureItem(flow, FlowClosureKind.Variable, variable.Key, variable.Value))
            .Concat(closure.UsingValues.Select(value => new FlowClosureItem(flow, FlowClosureKind.UsingValue, value.Key, value.Value)))
            .Concat(closure.SessionVariables.Select(variable => new FlowClosureItem(flow, FlowClosureKind.SessionVariable, variable.Key, variable.Value)))
            .Concat(closure.ModuleVariables.SelectMany(
                module => module.Value.Select(variable => new FlowClosureItem(flow, FlowClosureKind.ModuleVariable, variable.Key, variable.Value))))
            .Concat(closure.Functions.Select(function => new FlowClosureItem(flow, FlowClosureKind.Function, function.Key, function.Value)))
            .Concat(closure.BoundFunctions.Select(function => new FlowClosureItem(flow, FlowClosureKind.Function, function.Key, function.Value)))
            .Concat(closure.Aliases.Select(alias => new FlowClosureItem(flow, FlowClosureKind.Alias, alias.Key, alias.Value)))
            .Concat(closure.Modules.Select(module => new FlowClosureItem(flow, FlowClosureKind.Module, module.Key, module.Value)))
            .OrderBy(item => item.Kind).ThenBy(item => item.Name, StringComparer.OrdinalIgnoreCase);
}
