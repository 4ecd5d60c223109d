using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// Finds the values that a flow's script uses from its caller, on the caller's thread. Commands are resolved once
/// a call; variables are read for every flow, because a caller may change them in between.
/// </summary>
internal sealed class ClosureCapture
{
    private static readonly ScriptBlock FindCommands = NeutralScript.Create("param($find, $name, $types) & $find $name $types");

    private const CommandTypes Capturable = CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet;

    private readonly SessionState _caller;
    private readonly List<PSVariable> _asked;
    private readonly Dictionary<(PSModuleInfo?, string), CommandInfo?> _commands = [];
    private bool _isHere;
    private int? _strictMode;

    internal ClosureCapture(RunspaceContext context, PSCmdlet cmdlet)
    {
        Context = context;
        _caller = cmdlet.SessionState;
        _asked = AskedPreferences.Of(cmdlet);
    }

    internal RunspaceContext Context { get; }

    /// <summary>The variable scope of a block that belongs to a module, or to the global session.</summary>
    internal VariableScope ScopeOf(PSModuleInfo? module) => VariableScope.For(module, Context, _caller);

    /// <summary>Captures what <paramref name="flow"/> uses, and what the scripts of its policy use.</summary>
    /// <exception cref="FlowException">A <c>$using:</c> variable does not exist.</exception>
    internal Closure Capture(Flow flow, RunPolicy? policy = null)
    {
        Closure closure = NewClosure(flow, out PSModuleInfo? module);
        PSModuleInfo? closedOver = flow.IsAtHome || closure.HomeModule is not null ? null : flow.ScriptBlock.Module;
        var walk = new ClosureWalk(this, closure, module);
        walk.VisitRoot(flow.ScriptBlock, module, closedOver);
        foreach (ScriptBlock script in PolicyScripts.Of(policy ?? flow.Policy))
        {
            walk.VisitScript(script);
        }

        if (Context.Pools.Find((policy ?? flow.Policy).WorkerKind) is { IsElsewhere: true })
        {
            SessionClasses.Refuse(flow, closure);
        }

        CapturePreferences(closure);
        return closure;
    }

    /// <summary>Captures what <paramref name="flow"/> uses, and what the flows and script blocks in its input use.</summary>
    internal Closure Capture(Flow flow, RunPolicy policy, ref RunInput input)
    {
        Closure closure = Capture(flow, policy);
        var walk = new ClosureWalk(this, closure, home: null);
        var parameters = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry parameter in input.Parameters)
        {
            parameters[parameter.Key] = walk.CarryInput(parameter.Value);
        }

        input = new RunInput(parameters, walk.CarryInput(input.Item));
        return closure;
    }

    /// <summary>
    /// Captures only the values that <paramref name="flow"/> uses from here, to run here. Includes what its functions in the session use, but loads
    /// and reads no modules. Null if there are none.
    /// </summary>
    internal Closure? CaptureHere(Flow flow)
    {
        if (ClosurePlan.For(flow.BodyAst!).TakesNothing)
        {
            return null;
        }

        _isHere = true;
        var closure = new Closure();
        PSModuleInfo? module = flow.IsAtHome ? flow.ScriptBlock.Module : null;
        new ClosureWalk(this, closure, module).VisitRoot(flow.ScriptBlock, module, flow.IsAtHome ? null : flow.ScriptBlock.Module);
        return closure;
    }

    private Closure NewClosure(Flow flow, out PSModuleInfo? module)
    {
        var closure = new Closure { LanguageMode = _caller.LanguageMode, Location = Context.LocationOf(_caller.Path.CurrentLocation) };
        PSModuleInfo? own = flow.ScriptBlock.Module;
        module = flow.IsAtHome ? own : null;
        if (ModulePath(own) is { } path)
        {
            closure.HomeModule = path;
            closure.Modules[path] = own;
        }

        closure.StrictMode = StrictModeOf(module);
        return closure;
    }

    /// <summary>The strict mode of a module, or of the session that a script of no module belongs to.</summary>
    internal int StrictModeOf(PSModuleInfo? module)
    {
        if (module is not null)
        {
            return StrictMode.Of(module.SessionState);
        }

        // A function of a module may run a block of the global session: the module's strict mode does not apply to it. It is only used if no
        // cmdlet was ever called from the global session, whose mode is then unknown.
        return _strictMode ??= StrictMode.Of(_caller.Module is null ? _caller : Context.GlobalSession ?? _caller);
    }

    /// <summary>The file from which a worker imports a module; null for an in-memory module.</summary>
    internal static string? ModulePath(PSModuleInfo? module)
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
        closure.Preferences.AddRange(_asked);
        foreach (string name in SpecialVariables.Preferences)
        {
            if (!_asked.Exists(asked => asked.Name == name) && _caller.PSVariable.Get(name) is { } variable
                && !(name == SpecialVariables.InformationPreference && Context.IsUnset(name, variable.Value)))
            {
                closure.Preferences.Add(new PSVariable(name, variable.Value));
            }
        }

        if (_caller.PSVariable.GetValue(SpecialVariables.DefaultParameterValues) is IDictionary { Count: > 0 } defaults)
        {
            closure.DefaultParameterValues = defaults;
        }
    }

    /// <summary>The command that a name means in a module, or in the session of the call.</summary>
    internal CommandInfo? Resolve(string name, PSModuleInfo? module)
    {
        if (!_commands.TryGetValue((module, name), out CommandInfo? command))
        {
            _commands[(module, name)] = command = _isHere ? FindHere(name) : Find(name, module);
        }

        return command;
    }

    /// <summary>A function of the session or of an in-memory module; or an alias, which may lead to one.</summary>
    private CommandInfo? FindHere(string name) => _caller.InvokeCommand.GetCommands(name, CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter, nameIsPattern: false)
        .Where(static command => command is AliasInfo || !Path.IsPathRooted(command.Module?.Path))
        .MinBy(static command => command is AliasInfo ? 0 : 1);

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
    /// A command that is not loaded yet: a program, or a command of a module that loads automatically. It is loaded once here; otherwise every worker
    /// would have to find it again.
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
            // The module does not load; the call in the script will report it.
            return null;
        }
    }
}
