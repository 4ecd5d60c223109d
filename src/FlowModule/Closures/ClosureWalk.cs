using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>One traversal from a script through everything that it uses.</summary>
internal sealed class ClosureWalk(ClosureCapture capture, Closure closure, PSModuleInfo? home)
{
    private readonly HashSet<(ScriptBlock, MemoryModule?)> _visited = [];
    private bool _isInput;
    private bool _isBeside;

    /// <param name="body">The flow's own script.</param>
    /// <param name="module">The module of this runspace that it belongs to, or null.</param>
    /// <param name="closedOver">The module of another runspace that contains the body's captured values, or null.</param>
    internal void VisitRoot(ScriptBlock body, PSModuleInfo? module, PSModuleInfo? closedOver) =>
        Visit(body, module, memory: null, capture.ScopeOf(module).After(closedOver), isRoot: true);

    /// <summary>Visits a script that is called in addition to the flow's own, such as a hook.</summary>
    internal void VisitScript(ScriptBlock script)
    {
        _isBeside = true;
        Visit(script, script.Module, memory: null);
    }

    /// <summary>A value of a run's input as a worker receives it: script blocks in it are unbound, and run in the session of the run.</summary>
    internal object? CarryInput(object? value)
    {
        _isInput = true;
        return Carry(value, memory: null);
    }

    private void Visit(ScriptBlock script, PSModuleInfo? module, MemoryModule? memory) =>
        Visit(script, module, memory, capture.ScopeOf(module), isRoot: false);

    /// <param name="script">The script.</param>
    /// <param name="module">The module that resolves its names; null for the session of the call.</param>
    /// <param name="memory">The in-memory module whose scope it runs in, which receives what it uses; null for the scope of the run.</param>
    /// <param name="scope">The scope of its variables.</param>
    /// <param name="isRoot">Whether this is the flow's own script.</param>
    private void Visit(ScriptBlock script, PSModuleInfo? module, MemoryModule? memory, VariableScope scope, bool isRoot)
    {
        if (!_visited.Add((script, memory)) || ScriptBlocks.AstOf(script) is not { } ast)
        {
            return;
        }

        ClosurePlan plan = ClosurePlan.For(ast);
        closure.SpendsSession |= plan.SpendsSession;
        closure.LeavesNoTrace &= plan.LeavesNoTrace && ClosureCapture.ModulePath(module) is null;
        if (isRoot && plan.ReadsItem && scope.Get("_")?.Value is { } item)
        {
            closure.CallerItem = Carry(item, memory);
            Use(CapturedValues.CallerItem, item);
        }

        foreach (string name in plan.Variables)
        {
            AddVariable(name, plan.Added, scope, module, memory);
        }

        foreach (string name in plan.SessionVariables)
        {
            AddSessionVariable(name, scope, module, memory);
        }

        foreach (UsingValue value in plan.Usings)
        {
            AddUsing(value, scope, memory, mustExist: isRoot && !value.IsNested);
        }

        foreach (string name in plan.Commands)
        {
            AddCommand(name, module, memory);
        }

        foreach (string word in plan.Words)
        {
            if (capture.Context.Flows.Find(word) is { } flow)
            {
                VisitFlow(flow, memory);
            }
        }
    }

    private void VisitFlow(Flow flow, MemoryModule? memory)
    {
        if (ClosureCapture.ModulePath(flow.ScriptBlock.Module) is { } path)
        {
            closure.Modules[path] = flow.ScriptBlock.Module;
        }

        Visit(flow.ScriptBlock, flow.IsAtHome ? flow.ScriptBlock.Module : null, memory);
    }

    private void AddVariable(string name, AddedVariables added, VariableScope scope, PSModuleInfo? module, MemoryModule? memory)
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
            object? value = Carry(variable.Value, memory);
            if (!isOfAnotherModule)
            {
                variables[name] = value;
            }

            AddModuleVariable(name, value, module);
        }
    }

    private void AddSessionVariable(string qualifiedName, VariableScope scope, PSModuleInfo? module, MemoryModule? memory)
    {
        string[] parts = qualifiedName.Split(':', 2);
        if (scope.Get(qualifiedName) is not { } variable || IsOfTheEngine(variable))
        {
            return;
        }

        object? value = Carry(variable.Value, memory);
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

    private void Use(string label, object? value)
    {
        if (!_isBeside && !closure.Used.Exists(used => ReferenceEquals(used.Value, value) && used.Label == label))
        {
            closure.Used.Add((label, value));
        }
    }

    private void AddUsing(UsingValue value, VariableScope scope, MemoryModule? memory, bool mustExist)
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
        object? carried = Carry(found, memory);
        Use(value.Ast.ToString(), found);
        (closure.Usings ??= [])[value.Key] = found;
        (closure.WorkerUsings ??= [])[value.Key] = carried;
        closure.UsingValues[value.Ast.ToString()] = carried;
    }

    private void AddCommand(string name, PSModuleInfo? module, MemoryModule? memory)
    {
        CommandInfo? command = capture.Resolve(name, module);
        switch (command)
        {
            case AliasInfo alias:
                if (!capture.Context.IsInitialAlias(alias.Name, alias.Definition))
                {
                    closure.Aliases[alias.Name] = alias.Definition;
                }

                AddCommand(alias.Definition, module, memory);
                return;
            case FunctionInfo function when ClosureCapture.ModulePath(function.Module) is { } path:
                closure.Modules[path] = function.Module;
                AddPrefixed(function, function.ModuleName, (function.ScriptBlock.Ast as FunctionDefinitionAst)?.Name);
                Visit(function.ScriptBlock, function.Module, memory: null);
                return;
            case FunctionInfo function:
                AddFunction(function, memory);
                return;
            case CmdletInfo cmdlet when cmdlet.ImplementingType.Assembly == typeof(Flow).Assembly:
                closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(OwnName(cmdlet) ?? cmdlet.Name);
                AddPrefixed(cmdlet, moduleName: null, OwnName(cmdlet));
                return;
            case CmdletInfo cmdlet when capture.Context.IsInitialCmdlet(cmdlet):
                closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                return;
            case CmdletInfo { Module: { } cmdletModule } cmdlet when ClosureCapture.ModulePath(cmdletModule) is { } path:
                closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                closure.Modules[path] = cmdletModule;
                AddPrefixed(cmdlet, cmdlet.ModuleName, OwnName(cmdlet));
                return;
            default:
                closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(name);
                return;
        }
    }

    /// <summary>A function of the session runs in the scope of its caller; a function of an in-memory module runs in that module.</summary>
    private void AddFunction(FunctionInfo function, MemoryModule? memory)
    {
        ScriptBlock script = ScriptBlocks.Unbind(function.ScriptBlock);
        if (MemoryOf(function.Module) is { } own && own != memory)
        {
            own.Functions.TryAdd(function.Name, script);
            var bound = new BoundBlock(script, own, ModulePath: null);
            if (memory is null)
            {
                closure.BoundFunctions.TryAdd(function.Name, bound);
            }
            else
            {
                memory.Functions.TryAdd(function.Name, bound);
            }

            Visit(function.ScriptBlock, function.Module, own);
        }
        else if (memory is null ? closure.Functions.TryAdd(function.Name, script) : memory.Functions.TryAdd(function.Name, script))
        {
            Visit(function.ScriptBlock, function.Module, memory);
        }
    }

    /// <summary>The worker's copy of an in-memory module; null for any other module, and for the flow's own, in which the run itself executes.</summary>
    private MemoryModule? MemoryOf(PSModuleInfo? module)
    {
        if (module is null || module == home || ClosureCapture.ModulePath(module) is not null)
        {
            return null;
        }

        if (!closure.MemoryModules.TryGetValue(module, out MemoryModule? memory))
        {
            closure.MemoryModules[module] = memory = new MemoryModule { StrictMode = SetsStrictMode(module) ? capture.StrictModeOf(module) : 0 };
        }

        return memory;
    }

    /// <summary>Whether an in-memory module may have its own strict mode. Such a module inherits none; a module from GetNewClosure has no text.</summary>
    private static bool SetsStrictMode(PSModuleInfo module) => module.Definition.Contains("Set-StrictMode", StringComparison.OrdinalIgnoreCase);

    /// <summary>A worker imports a module without -Prefix: the prefixed name from the caller's import becomes an alias there.</summary>
    /// <param name="command">The command under its name here.</param>
    /// <param name="moduleName">The module that contains it; null for this module, whose commands every worker has.</param>
    /// <param name="ownName">The name in the module's source.</param>
    private void AddPrefixed(CommandInfo command, string? moduleName, string? ownName)
    {
        ownName = ownName?[(ownName.LastIndexOf(':') + 1)..];
        if (ownName is not null && !string.Equals(ownName, command.Name, StringComparison.OrdinalIgnoreCase))
        {
            closure.Aliases[command.Name] = moduleName is null ? ownName : $"{moduleName}\\{ownName}";
        }
    }

    private static string? OwnName(CmdletInfo cmdlet) =>
        cmdlet.ImplementingType.GetCustomAttributes(typeof(CmdletAttribute), inherit: false) is [CmdletAttribute own] ? $"{own.VerbName}-{own.NounName}" : null;

    /// <summary>
    /// The value as a worker receives it: unchanged, except that script blocks are detached from their session. Also visits
    /// what script blocks and flows in it use.
    /// </summary>
    private object? Carry(object? value, MemoryModule? memory) => HeldValues.Replace(value, item =>
    {
        switch (item)
        {
            case ScriptBlock script:
                return CarryScript(script, memory);
            case Flow flow:
                VisitFlow(flow, memory);
                return flow;
            default:
                return item;
        }
    });

    private object CarryScript(ScriptBlock script, MemoryModule? memory)
    {
        ScriptBlock unbound = ScriptBlocks.Unbind(script);
        if (_isInput)
        {
            Visit(script, script.Module, memory);
            return unbound;
        }

        if (MemoryOf(script.Module) is { } own)
        {
            Visit(script, script.Module, own);
            return new BoundBlock(unbound, own, ModulePath: null);
        }

        string? path = ClosureCapture.ModulePath(script.Module);
        if (path is not null)
        {
            closure.Modules[path] = script.Module;
        }

        Visit(script, script.Module, path is null ? memory : null);
        return path is null ? unbound : new BoundBlock(unbound, Memory: null, path);
    }

    /// <summary>Whether the value contains a script block or a flow, which a worker cannot use unchanged.</summary>
    internal static bool NeedsCarrying(object? value) => HeldValues.Any(value, static item => item is ScriptBlock or Flow);

    /// <summary>Whether PowerShell maintains the variable. Includes $foreach and $switch of a loop, because the position of a loop belongs to the loop.</summary>
    private static bool IsOfTheEngine(PSVariable variable) =>
        (variable.Options.HasFlag(ScopedItemOptions.AllScope) && variable.GetType() != typeof(PSVariable))
        || (variable.Name.ToUpperInvariant() is "FOREACH" or "SWITCH" && variable.Value is IEnumerator);
}
