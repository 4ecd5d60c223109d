using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>One traversal from a script through everything that it uses.</summary>
internal sealed class ClosureWalk
{
    private readonly HashSet<(ScriptBlock, MemoryModule?)> _visited = [];
    private readonly ClosureCapture _capture;
    private readonly Closure _closure;
    private readonly PSModuleInfo? _home;
    private readonly ClosureVariables _variables;
    private bool _isInput;

    /// <param name="capture">Resolves commands and scopes.</param>
    /// <param name="closure">Receives what is found.</param>
    /// <param name="home">The flow's own module, in which the run itself executes; null for none.</param>
    internal ClosureWalk(ClosureCapture capture, Closure closure, PSModuleInfo? home)
    {
        _capture = capture;
        _closure = closure;
        _home = home;
        _variables = new ClosureVariables(closure, home, Carry);
    }

    /// <param name="body">The flow's own script.</param>
    /// <param name="module">The module of this runspace that it belongs to, or null.</param>
    /// <param name="closedOver">The module of another runspace that contains the body's captured values, or null.</param>
    internal void VisitRoot(ScriptBlock body, PSModuleInfo? module, PSModuleInfo? closedOver) =>
        Visit(body, module, memory: null, _capture.ScopeOf(module).After(closedOver), isRoot: true);

    /// <summary>Visits a script that is called in addition to the flow's own, such as a hook.</summary>
    internal void VisitScript(ScriptBlock script)
    {
        _variables.IsBeside = true;
        Visit(script, script.Module, memory: null);
    }

    /// <summary>A value of a run's input as a worker receives it: script blocks in it are unbound, and run in the session of the run.</summary>
    internal object? CarryInput(object? value)
    {
        _isInput = true;
        return Carry(value, memory: null);
    }

    private void Visit(ScriptBlock script, PSModuleInfo? module, MemoryModule? memory) =>
        Visit(script, module, memory, _capture.ScopeOf(module), isRoot: false);

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
        _closure.SpendsSession |= plan.SpendsSession;
        _closure.LeavesNoTrace &= plan.LeavesNoTrace && ClosureCapture.ModulePath(module) is null;
        if (isRoot && plan.ReadsItem && scope.Get("_")?.Value is { } item)
        {
            _closure.CallerItem = Carry(item, memory);
            _variables.Use(CapturedValues.CallerItem, item);
        }

        foreach (string name in plan.Variables)
        {
            _variables.Add(name, plan.Added, scope, module, memory);
        }

        foreach (string name in plan.SessionVariables)
        {
            _variables.AddOfSession(name, scope, module, memory);
        }

        foreach (UsingValue value in plan.Usings)
        {
            _variables.AddUsing(value, scope, memory, mustExist: isRoot && !value.IsNested);
        }

        foreach (string name in plan.Commands)
        {
            AddCommand(name, module, memory);
        }

        foreach (string word in plan.Words)
        {
            if (_capture.Context.Flows.Find(word) is { } flow)
            {
                VisitFlow(flow, memory);
            }
        }
    }

    private void VisitFlow(Flow flow, MemoryModule? memory)
    {
        if (ClosureCapture.ModulePath(flow.ScriptBlock.Module) is { } path)
        {
            _closure.Modules[path] = flow.ScriptBlock.Module;
        }

        Visit(flow.ScriptBlock, flow.IsAtHome ? flow.ScriptBlock.Module : null, memory);
    }

    private void AddCommand(string name, PSModuleInfo? module, MemoryModule? memory)
    {
        CommandInfo? command = _capture.Resolve(name, module);
        switch (command)
        {
            case AliasInfo alias:
                if (!_capture.Context.IsInitialAlias(alias.Name, alias.Definition))
                {
                    _closure.Aliases[alias.Name] = alias.Definition;
                }

                AddCommand(alias.Definition, module, memory);
                return;
            case FunctionInfo function when ClosureCapture.ModulePath(function.Module) is { } path:
                _closure.Modules[path] = function.Module;
                AddPrefixed(function, function.ModuleName, (function.ScriptBlock.Ast as FunctionDefinitionAst)?.Name);
                Visit(function.ScriptBlock, function.Module, memory: null);
                return;
            case FunctionInfo function:
                AddFunction(function, memory);
                return;
            case CmdletInfo cmdlet when cmdlet.ImplementingType.Assembly == typeof(Flow).Assembly:
                _closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(OwnName(cmdlet) ?? cmdlet.Name);
                AddPrefixed(cmdlet, moduleName: null, OwnName(cmdlet));
                return;
            case CmdletInfo cmdlet when _capture.Context.IsInitialCmdlet(cmdlet):
                _closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                return;
            case CmdletInfo { Module: { } cmdletModule } cmdlet when ClosureCapture.ModulePath(cmdletModule) is { } path:
                _closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                _closure.Modules[path] = cmdletModule;
                AddPrefixed(cmdlet, cmdlet.ModuleName, OwnName(cmdlet));
                return;
            default:
                _closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(name);
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
                _closure.BoundFunctions.TryAdd(function.Name, bound);
            }
            else
            {
                memory.Functions.TryAdd(function.Name, bound);
            }

            Visit(function.ScriptBlock, function.Module, own);
        }
        else if (memory is null ? _closure.Functions.TryAdd(function.Name, script) : memory.Functions.TryAdd(function.Name, script))
        {
            Visit(function.ScriptBlock, function.Module, memory);
        }
    }

    /// <summary>The worker's copy of an in-memory module; null for any other module, and for the flow's own, in which the run itself executes.</summary>
    private MemoryModule? MemoryOf(PSModuleInfo? module)
    {
        if (module is null || module == _home || ClosureCapture.ModulePath(module) is not null)
        {
            return null;
        }

        if (!_closure.MemoryModules.TryGetValue(module, out MemoryModule? memory))
        {
            _closure.MemoryModules[module] = memory = new MemoryModule { StrictMode = SetsStrictMode(module) ? _capture.StrictModeOf(module) : 0 };
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
            _closure.Aliases[command.Name] = moduleName is null ? ownName : $"{moduleName}\\{ownName}";
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
            _closure.Modules[path] = script.Module;
        }

        Visit(script, script.Module, path is null ? memory : null);
        return path is null ? unbound : new BoundBlock(unbound, Memory: null, path);
    }

    /// <summary>Whether the value contains a script block or a flow, which a worker cannot use unchanged.</summary>
    internal static bool NeedsCarrying(object? value) => HeldValues.Any(value, static item => item is ScriptBlock or Flow);
}
