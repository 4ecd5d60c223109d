using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Closures;

/// <summary>Collects the variables that scripts use from their caller: by name, of the session, of modules, and with <c>$using:</c>.</summary>
/// <param name="closure">Receives them.</param>
/// <param name="home">The flow's own module, in which the run itself executes; null for none.</param>
/// <param name="carry">Makes a value as a worker receives it, in an in-memory module or in none.</param>
internal sealed class ClosureVariables(Closure closure, PSModuleInfo? home, Func<object?, MemoryModule?, object?> carry)
{
    /// <summary>Whether the scripts are called in addition to the flow's own.</summary>
    internal bool IsBeside { get; set; }

    /// <summary>A variable that a script reads.</summary>
    internal void Add(string name, AddedVariables added, VariableScope scope, PSModuleInfo? module, MemoryModule? memory)
    {
        if (scope.Get(name) is not { } variable || IsOfTheEngine(variable))
        {
            return;
        }

        // A worker has its own copy of a module on disk, in which its functions find their variables. Variables of the flow's own module may be local to the call.
        bool isOfAnotherModule = memory is null && module != home && ClosureCapture.ModulePath(module) is not null;
        if (!isOfAnotherModule && !added.IsOnlyAddedTo(name, variable.Value))
        {
            Use($"${name}", variable.Value);
        }

        Dictionary<string, object?> variables = memory?.Variables ?? closure.Variables;
        if (isOfAnotherModule || !variables.ContainsKey(name))
        {
            object? value = carry(variable.Value, memory);
            if (!isOfAnotherModule)
            {
                variables[name] = value;
            }

            AddModuleVariable(name, value, module);
        }
    }

    /// <summary>A variable that a script names with its scope, such as <c>$global:name</c>.</summary>
    internal void AddOfSession(string qualifiedName, VariableScope scope, PSModuleInfo? module, MemoryModule? memory)
    {
        string[] parts = qualifiedName.Split(':', 2);
        if (scope.Get(qualifiedName) is not { } variable || IsOfTheEngine(variable))
        {
            return;
        }

        object? value = carry(variable.Value, memory);
        if (memory is not null || module == home || ClosureCapture.ModulePath(module) is null)
        {
            Use($"${qualifiedName}", variable.Value);
        }

        if (string.Equals(parts[0], "global", StringComparison.OrdinalIgnoreCase) || module is null || (memory is null && ClosureCapture.ModulePath(module) is null))
        {
            closure.SessionVariables.TryAdd(parts[1], value);
        }
        else if (memory is not null)
        {
            memory.Variables.TryAdd(parts[1], value);
        }
        else
        {
            AddModuleVariable(parts[1], value, module);
        }
    }

    private void AddModuleVariable(string name, object? value, PSModuleInfo? module)
    {
        if (ClosureCapture.ModulePath(module) is { } path)
        {
            if (!closure.ModuleVariables.TryGetValue(path, out Dictionary<string, object?>? variables))
            {
                closure.ModuleVariables[path] = variables = new(StringComparer.OrdinalIgnoreCase);
            }

            variables.TryAdd(name, value);
        }
    }

    /// <summary>The run depends on the value, unless only scripts beside the flow's own use it.</summary>
    internal void Use(string label, object? value)
    {
        if (!IsBeside && !closure.Used.Exists(used => ReferenceEquals(used.Value, value) && used.Label == label))
        {
            closure.Used.Add((label, value));
        }
    }

    internal void AddUsing(UsingValue value, VariableScope scope, MemoryModule? memory, bool mustExist)
    {
        if (!value.Variables.All(path => path.IsDriveQualified || scope.Get(path.UserPath) is not null))
        {
            // In ForEach-Object -Parallel or a thread job, PowerShell finds the value although it is not a variable.
            if (TryAddEngines(value, scope, memory))
            {
                return;
            }

            // A nested $using: may name variables that exist only inside the script; then the script's own call resolves it.
            if (mustExist)
            {
                throw FlowException.UsingVariableNotFound(value.Ast);
            }

            return;
        }

        if (value.Ast.SubExpression is VariableExpressionAst { VariablePath: { IsDriveQualified: false } path })
        {
            SetUsing(value, scope.Get(path.UserPath)?.Value, memory);
            return;
        }

        try
        {
            Collection<PSObject> result = scope.Evaluate(ScriptBlock.Create(value.Expression));
            SetUsing(value, result.Count == 1 ? result[0] : result.Count == 0 ? null : result.ToArray(), memory);
        }
        catch (RuntimeException) when (!mustExist)
        {
            // Its properties need not exist yet either.
        }
    }

    private bool TryAddEngines(UsingValue value, VariableScope scope, MemoryModule? memory)
    {
        try
        {
            Collection<PSObject> result = scope.Evaluate(ScriptBlock.Create(value.Ast.ToString()));
            SetUsing(value, result.Count == 1 ? result[0] : result.Count == 0 ? null : result.ToArray(), memory);
            return true;
        }
        catch (RuntimeException)
        {
            return false;
        }
    }

    private void SetUsing(UsingValue value, object? found, MemoryModule? memory)
    {
        object? carried = carry(found, memory);
        Use(value.Ast.ToString(), found);
        (closure.Usings ??= [])[value.Key] = found;
        (closure.WorkerUsings ??= [])[value.Key] = carried;
        closure.UsingValues[value.Ast.ToString()] = carried;
    }

    /// <summary>Whether PowerShell maintains the variable. Includes $foreach and $switch of a loop, because the position of a loop belongs to the loop.</summary>
    private static bool IsOfTheEngine(PSVariable variable) =>
        (variable.Options.HasFlag(ScopedItemOptions.AllScope) && variable.GetType() != typeof(PSVariable))
        || (variable.Name.ToUpperInvariant() is "FOREACH" or "SWITCH" && variable.Value is IEnumerator);
}
