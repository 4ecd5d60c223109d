using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting;

/// <summary>
/// Finds the values that a flow's script takes from its caller, on the caller's thread. What commands mean is looked up once
/// a call; variables are looked up for every flow, because a caller may change them between two.
/// </summary>
internal sealed class ClosureCapture
{
    private static readonly ScriptBlock FindCommands = NeutralScript.Create("param($find, $name, $types) & $find $name $types");

    private const CommandTypes Capturable = CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet;

    private readonly RunspaceContext _context;
    private readonly SessionState _caller;
    private readonly Dictionary<(PSModuleInfo?, string), CommandInfo?> _commands = [];

    internal ClosureCapture(RunspaceContext context, SessionState caller)
    {
        _context = context;
        _caller = caller;
    }

    /// <summary>Captures what <paramref name="flow"/> uses.</summary>
    /// <exception cref="FlowException">A <c>$using:</c> variable does not exist.</exception>
    internal Closure Capture(Flow flow) => Capture(flow.ScriptBlock, flow.IsAtHome);

    private Closure Capture(ScriptBlock body, bool isAtHome)
    {
        var closure = new Closure { LanguageMode = _caller.LanguageMode, Location = _caller.Path.CurrentLocation };
        PSModuleInfo? module = isAtHome ? body.Module : null;
        if (ModulePath(body.Module) is { } path)
        {
            closure.HomeModule = path;
            closure.Modules[path] = body.Module;
        }

        var walk = new Walk(this, closure);
        walk.Visit(body, module, isRoot: true);
        CapturePreferences(closure);
        return closure;
    }

    /// <summary>The file to import a module from in a worker; null for a module that is only in memory.</summary>
    private static string? ModulePath(PSModuleInfo? module)
    {
        if (module is null || string.IsNullOrEmpty(module.Path) || !Path.IsPathRooted(module.Path) || !File.Exists(module.Path))
        {
            return null;
        }

        string manifest = System.IO.Path.Combine(module.ModuleBase, module.Name + ".psd1");
        return File.Exists(manifest) ? manifest : module.Path;
    }

    private void CapturePreferences(Closure closure)
    {
        foreach (string name in SpecialVariables.Preferences)
        {
            if (_caller.PSVariable.Get(name) is { } variable)
            {
                closure.Preferences.Add(new PSVariable(name, variable.Value));
            }
        }

        if (_caller.PSVariable.GetValue(SpecialVariables.DefaultParameterValues) is IDictionary { Count: > 0 } defaults)
        {
            closure.DefaultParameterValues = defaults;
        }
    }

    private CommandInfo? Resolve(string name, PSModuleInfo? module)
    {
        if (!_commands.TryGetValue((module, name), out CommandInfo? command))
        {
            _commands[(module, name)] = command = Find(name, module);
        }

        return command;
    }

    private CommandInfo? Find(string name, PSModuleInfo? module)
    {
        if (name.IndexOfAny(['/', '*', '?', '[']) >= 0 && name is not ("?" or "%"))
        {
            return null;
        }

        int qualifier = name.LastIndexOf('\\');
        string simple = qualifier < 0 ? name : name[(qualifier + 1)..];
        IEnumerable<CommandInfo> found = module is null
            ? _caller.InvokeCommand.GetCommands(simple, Capturable, nameIsPattern: false)
            : module.NewBoundScriptBlock(FindCommands).Invoke(FindCommandCommand.Info, simple, Capturable).Select(item => item.BaseObject).OfType<CommandInfo>();
        return found
            .Where(command => qualifier < 0 || string.Equals(command.ModuleName, name[..qualifier], StringComparison.OrdinalIgnoreCase))
            .OrderBy(command => command.CommandType is CommandTypes.Alias ? 0 : command.CommandType is CommandTypes.Cmdlet ? 2 : 1)
            .FirstOrDefault() ?? Load(name);
    }

    /// <summary>
    /// A command that is not there yet: a program, or of a module that loads by itself. Here it loads once, in every worker it
    /// would load again.
    /// </summary>
    private CommandInfo? Load(string name)
    {
        try
        {
            CommandInfo? command = _caller.InvokeCommand.GetCommand(name, Capturable | CommandTypes.Application | CommandTypes.ExternalScript);
            return command is ApplicationInfo or ExternalScriptInfo ? null : command;
        }
        catch (RuntimeException)
        {
            // A module that does not load: the call itself says so, where it is made.
            return null;
        }
    }

    /// <summary>One walk from a script through all that it reaches.</summary>
    private sealed class Walk(ClosureCapture capture, Closure closure)
    {
        private readonly HashSet<ScriptBlock> _visited = [];

        internal void Visit(ScriptBlock script, PSModuleInfo? module, bool isRoot = false)
        {
            if (!_visited.Add(script) || ScriptBlocks.AstOf(script) is not { } ast)
            {
                return;
            }

            ClosurePlan plan = ClosurePlan.For(ast);
            closure.LeavesNoTrace &= plan.LeavesNoTrace && ModulePath(module) is null;
            VariableScope scope = VariableScope.For(module, capture._context, capture._caller);
            foreach (string name in plan.Variables)
            {
                AddVariable(name, scope, module);
            }

            foreach (string name in plan.SessionVariables)
            {
                AddSessionVariable(name, scope, module);
            }

            foreach (UsingValue value in plan.Usings)
            {
                AddUsing(value, scope, mustExist: isRoot && !value.IsNested);
            }

            foreach (string name in plan.Commands)
            {
                AddCommand(name, module);
            }

            foreach (string word in plan.Words)
            {
                if (capture._context.Flows.Find(word) is { } flow)
                {
                    VisitFlow(flow);
                }
            }
        }

        private void VisitFlow(Flow flow)
        {
            if (ModulePath(flow.ScriptBlock.Module) is { } path)
            {
                closure.Modules[path] = flow.ScriptBlock.Module;
            }

            Visit(flow.ScriptBlock, flow.IsAtHome ? flow.ScriptBlock.Module : null);
        }

        private void AddVariable(string name, VariableScope scope, PSModuleInfo? module)
        {
            if (closure.Variables.ContainsKey(name) || scope.Get(name) is not { } variable || IsOfTheEngine(variable))
            {
                return;
            }

            object? value = Carry(variable.Value);
            closure.Variables[name] = value;
            AddModuleVariable(name, value, module);
        }

        private void AddSessionVariable(string qualifiedName, VariableScope scope, PSModuleInfo? module)
        {
            string name = qualifiedName[(qualifiedName.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (scope.Get(qualifiedName) is not { } variable || IsOfTheEngine(variable))
            {
                return;
            }

            object? value = Carry(variable.Value);
            if (ModulePath(module) is null)
            {
                closure.SessionVariables.TryAdd(name, value);
            }
            else
            {
                AddModuleVariable(name, value, module);
            }
        }

        private void AddModuleVariable(string name, object? value, PSModuleInfo? module)
        {
            if (ModulePath(module) is { } path)
            {
                if (!closure.ModuleVariables.TryGetValue(path, out Dictionary<string, object?>? variables))
                {
                    closure.ModuleVariables[path] = variables = new(StringComparer.OrdinalIgnoreCase);
                }

                variables.TryAdd(name, value);
            }
        }

        private void AddUsing(UsingValue value, VariableScope scope, bool mustExist)
        {
            if (!value.Variables.All(path => path.IsDriveQualified || scope.Get(path.UserPath) is not null))
            {
                // A nested $using: may speak of variables that come to be only inside the script: then its own caller finds it.
                if (mustExist)
                {
                    throw FlowException.UsingVariableNotFound(value.Ast);
                }

                return;
            }

            if (value.Ast.SubExpression is VariableExpressionAst { VariablePath: { IsDriveQualified: false } path })
            {
                SetUsing(value, scope.Get(path.UserPath)?.Value);
                return;
            }

            try
            {
                System.Collections.ObjectModel.Collection<PSObject> result = scope.Evaluate(ScriptBlock.Create(value.Expression));
                SetUsing(value, result.Count == 1 ? result[0] : result.Count == 0 ? null : result.ToArray());
            }
            catch (RuntimeException) when (!mustExist)
            {
                // Nor need its properties exist yet.
            }
        }

        private void SetUsing(UsingValue value, object? found)
        {
            object? carried = Carry(found);
            (closure.Usings ??= [])[value.Key] = carried;
            closure.UsingValues[value.Ast.ToString()] = carried;
        }

        private void AddCommand(string name, PSModuleInfo? module)
        {
            CommandInfo? command = capture.Resolve(name, module);
            switch (command)
            {
                case AliasInfo alias:
                    if (!capture._context.IsInitialAlias(alias.Name, alias.Definition))
                    {
                        closure.Aliases[alias.Name] = alias.Definition;
                    }

                    AddCommand(alias.Definition, module);
                    return;
                case FunctionInfo function when ModulePath(function.Module) is { } path:
                    closure.Modules[path] = function.Module;
                    AddPrefixed(function, (function.ScriptBlock.Ast as FunctionDefinitionAst)?.Name);
                    Visit(function.ScriptBlock, function.Module);
                    return;
                case FunctionInfo function:
                    if (closure.Functions.TryAdd(function.Name, ScriptBlocks.Unbind(function.ScriptBlock)))
                    {
                        Visit(function.ScriptBlock, function.Module);
                    }

                    return;
                case CmdletInfo cmdlet when capture._context.IsInitialCmdlet(cmdlet):
                    closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                    return;
                case CmdletInfo { Module: { } cmdletModule } cmdlet when ModulePath(cmdletModule) is { } path:
                    closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(cmdlet.Name);
                    closure.Modules[path] = cmdletModule;
                    AddPrefixed(cmdlet, cmdlet.ImplementingType.GetCustomAttributes(typeof(CmdletAttribute), inherit: false) is [CmdletAttribute own]
                        ? $"{own.VerbName}-{own.NounName}"
                        : null);
                    return;
                default:
                    closure.LeavesNoTrace &= TraceAnalysis.IsHarmless(name);
                    return;
            }
        }

        /// <summary>A worker imports a module as it is: the name that the caller's import gave a command with -Prefix is an alias there.</summary>
        private void AddPrefixed(CommandInfo command, string? ownName)
        {
            ownName = ownName?[(ownName.LastIndexOf(':') + 1)..];
            if (ownName is not null && !string.Equals(ownName, command.Name, StringComparison.OrdinalIgnoreCase))
            {
                closure.Aliases[command.Name] = $"{command.ModuleName}\\{ownName}";
            }
        }

        /// <summary>
        /// The value as a worker gets it: itself, but for script blocks, which are bound to the session they were made in, and
        /// what those and flows use in turn.
        /// </summary>
        private object? Carry(object? value, int depth = 0)
        {
            switch (value is PSObject wrapped ? wrapped.BaseObject : value)
            {
                case ScriptBlock script:
                    Visit(script, script.Module);
                    return ScriptBlocks.Unbind(script);
                case Flow flow:
                    VisitFlow(flow);
                    return value;
                case object?[] array when depth < 3 && Array.Exists(array, NeedsCarrying):
                    return Array.ConvertAll(array, item => Carry(item, depth + 1));
                case Hashtable table when depth < 3 && table.Values.Cast<object?>().Any(NeedsCarrying):
                    var copy = (Hashtable)table.Clone();
                    foreach (object key in table.Keys)
                    {
                        copy[key] = Carry(table[key], depth + 1);
                    }

                    return copy;
                default:
                    return value;
            }
        }

        private static bool NeedsCarrying(object? item) =>
            (item is PSObject wrapped ? wrapped.BaseObject : item) is ScriptBlock or Flow or object[] or Hashtable;

        private static bool IsOfTheEngine(PSVariable variable) => variable.Options.HasFlag(ScopedItemOptions.AllScope) && variable.GetType() != typeof(PSVariable);
    }
}
