using System.Collections;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>The form of a closure for one worker: with its script blocks bound to the worker's own modules. Used on the worker's pipeline thread.</summary>
internal sealed class WorkerClosure
{
    private static readonly ScriptBlock DefineFunction = NeutralScript.Create("param($define, $name, $script) & $define $name $script");

    private readonly Dictionary<string, PSModuleInfo> _modules;
    private readonly Dictionary<MemoryModule, PSModuleInfo> _memory = [];

    /// <param name="closure">The closure.</param>
    /// <param name="modules">The modules that the worker has imported, by path.</param>
    internal WorkerClosure(Closure closure, Dictionary<string, PSModuleInfo> modules)
    {
        _modules = modules;
        foreach (MemoryModule memory in closure.MemoryModules.Values)
        {
            _memory[memory] = new PSModuleInfo(linkToGlobal: true);
        }

        foreach ((MemoryModule memory, PSModuleInfo module) in _memory)
        {
            Fill(module, memory);
        }

        bool needsBinding = _memory.Count > 0 || closure.Modules.Count > 0;
        Variables = needsBinding ? closure.Variables.ToDictionary(entry => entry.Key, entry => Bind(entry.Value), StringComparer.OrdinalIgnoreCase) : closure.Variables;
        Usings = (Hashtable?)Bind(closure.WorkerUsings);
        Functions = closure.Functions;
        if (closure.BoundFunctions.Count > 0)
        {
            Functions = new Dictionary<string, ScriptBlock>(closure.Functions, StringComparer.OrdinalIgnoreCase);
            foreach ((string name, BoundBlock function) in closure.BoundFunctions)
            {
                Functions[name] = (ScriptBlock)Bind(function)!;
            }
        }
    }

    internal Dictionary<string, object?> Variables { get; }

    internal Dictionary<string, ScriptBlock> Functions { get; }

    internal Hashtable? Usings { get; }

    /// <summary>The value with its script blocks bound.</summary>
    internal object? Bind(object? value) => HeldValues.Replace(value, item => item switch
    {
        BoundBlock { Memory: { } memory } block => _memory[memory].NewBoundScriptBlock(block.Script),
        BoundBlock { ModulePath: { } path } block => _modules[path].NewBoundScriptBlock(block.Script),
        _ => item,
    });

    private void Fill(PSModuleInfo module, MemoryModule memory)
    {
        foreach ((string name, object? value) in memory.Variables)
        {
            module.SessionState.PSVariable.Set("script:" + name, Bind(value));
        }

        if (memory.StrictMode > 0)
        {
            StrictMode.Set(module.SessionState, memory.StrictMode);
        }

        ScriptBlock define = module.NewBoundScriptBlock(DefineFunction);
        foreach ((string name, object function) in memory.Functions)
        {
            define.Invoke(DefineFunctionCommand.Info, name, Bind(function));
        }
    }

    /// <summary>Defines a function in the session that runs it.</summary>
    [Cmdlet(VerbsCommon.Set, "FunctionOfModule")]
    private sealed class DefineFunctionCommand : PSCmdlet
    {
        internal static readonly CmdletInfo Info = new("Set-FunctionOfModule", typeof(DefineFunctionCommand));

        [Parameter(Mandatory = true, Position = 0)]
        public string Name { get; set; } = string.Empty;

        [Parameter(Mandatory = true, Position = 1)]
        public ScriptBlock Script { get; set; } = null!;

        protected override void EndProcessing() => InvokeProvider.Item.Set("Function:\\script:" + WildcardPattern.Escape(Name), Script);
    }
}
