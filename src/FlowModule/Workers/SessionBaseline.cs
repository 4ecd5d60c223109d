using System.Collections;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Workers;

/// <summary>
/// The content of a worker's session before any flow has run in it, and how to restore it: variables, functions, aliases,
/// drives and locations, and whatever <see cref="SessionLeftovers"/> removes. Loaded modules stay loaded, with their definitions, because they are
/// code, and expensive to load again.
/// </summary>
internal sealed class SessionBaseline
{
    // PowerShell itself sets these while it runs.
    private static readonly HashSet<string> Volatile = new(StringComparer.OrdinalIgnoreCase)
    {
        "?", "^", "$", "_", "args", "input", "MyInvocation", "PSBoundParameters", "PSCmdlet", "PSCommandPath", "PSScriptRoot", "Error",
        "StackTrace", "foreach", "switch", "PSItem", "this", "PWD",
    };

    private readonly Dictionary<string, (PSVariable Variable, object? Value)> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ScriptBlock> _functions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _drives = new(StringComparer.OrdinalIgnoreCase);
    private readonly SessionLeftovers _leftovers = new();
    private readonly PSLanguageMode _languageMode;
    private PSCmdlet _pump;

    internal SessionBaseline(PSCmdlet pump)
    {
        _pump = pump;
        _languageMode = pump.SessionState.LanguageMode;
        AcceptModules();
    }

    internal void Attach(PSCmdlet pump) => _pump = pump;

    /// <summary>Takes the current content of the session as its baseline; a module has just been imported into a clean session.</summary>
    internal void AcceptModules()
    {
        foreach (PSVariable variable in All<PSVariable>("Variable:"))
        {
            _variables.TryAdd(variable.Name, (variable, variable.Value));
        }

        foreach (FunctionInfo function in All<FunctionInfo>("Function:"))
        {
            _functions[function.Name] = function.ScriptBlock;
        }

        foreach (AliasInfo alias in All<AliasInfo>("Alias:"))
        {
            _aliases[alias.Name] = alias.Definition;
        }

        _leftovers.Accept(_pump);
        _drives.UnionWith(_pump.SessionState.Drive.GetAll().Select(drive => drive.Name));
    }

    /// <summary>Restores the session. False if something cannot be restored: then the session must not be used again.</summary>
    internal bool Restore()
    {
        try
        {
            if (_pump.SessionState.LanguageMode != _languageMode)
            {
                _pump.SessionState.LanguageMode = _languageMode;
            }

            RestoreVariables();
            RestoreFunctions();
            RestoreAliases();
            RestoreDrives();
            return _leftovers.TryRemove(_pump);
        }
        catch (RuntimeException)
        {
            // For example a constant. The worker is replaced.
            return false;
        }
    }

    private IEnumerable<T> All<T>(string drive) =>
        ((IEnumerable)_pump.InvokeProvider.Item.Get([drive + "\\"], force: true, literalPath: true)[0].BaseObject).OfType<T>();

    private void RestoreVariables()
    {
        List<string>? extra = null;
        foreach (PSVariable variable in All<PSVariable>("Variable:"))
        {
            if (Volatile.Contains(variable.Name))
            {
                continue;
            }

            if (!_variables.TryGetValue(variable.Name, out (PSVariable Variable, object? Value) baseline) || !ReferenceEquals(baseline.Variable, variable))
            {
                (extra ??= []).Add(variable.Name);
            }
            else if (variable.Name.Equals(SpecialVariables.DefaultParameterValues, StringComparison.OrdinalIgnoreCase))
            {
                // The one table that PowerShell itself puts into a session, and that runs change in place.
                variable.Value = new DefaultParameterDictionary();
            }
            else if (!Equals(baseline.Value, variable.Value))
            {
                variable.Value = baseline.Value;
            }
        }

        foreach (string name in extra ?? [])
        {
            // By object, which also removes read-only variables.
            PSVariable variable = _pump.SessionState.PSVariable.Get("global:" + name) ?? _pump.SessionState.PSVariable.Get(name);
            variable.Options &= ~ScopedItemOptions.ReadOnly;
            _pump.SessionState.PSVariable.Remove(variable);
            if (_pump.SessionState.PSVariable.Get("global:" + name) is not null)
            {
                _pump.SessionState.PSVariable.Remove("global:" + name);
            }

            if (_variables.TryGetValue(name, out (PSVariable Variable, object? Value) original))
            {
                _pump.SessionState.PSVariable.Set("global:" + name, original.Value);
                _variables[name] = (_pump.SessionState.PSVariable.Get("global:" + name), original.Value);
            }
        }
    }

    /// <summary>Whether a module was loaded from disk. A module that a run created with New-Module belongs to the run.</summary>
    private static bool IsLoaded(PSModuleInfo? module) => module is not null && File.Exists(module.Path);

    private void RestoreFunctions()
    {
        List<FunctionInfo> extra = [];
        int known = 0;
        foreach (FunctionInfo function in All<FunctionInfo>("Function:"))
        {
            bool isKnown = _functions.TryGetValue(function.Name, out ScriptBlock? original);
            known += isKnown ? 1 : 0;
            if (!isKnown && IsLoaded(function.Module))
            {
                _functions[function.Name] = function.ScriptBlock;
                known++;
            }
            else if (!ReferenceEquals(original, function.ScriptBlock))
            {
                extra.Add(function);
            }
        }

        foreach (FunctionInfo function in extra)
        {
            string path = "Function:\\" + WildcardPattern.Escape(function.Name);
            _pump.InvokeProvider.Item.Remove([path], recurse: false, force: true, literalPath: false);
            if (_functions.TryGetValue(function.Name, out ScriptBlock? original))
            {
                _pump.InvokeProvider.Item.Set(path, original);
            }
        }

        if (known < _functions.Count)
        {
            var present = All<FunctionInfo>("Function:").Select(function => function.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, ScriptBlock original) in _functions.Where(entry => !present.Contains(entry.Key)).ToList())
            {
                _pump.InvokeProvider.Item.Set("Function:\\" + WildcardPattern.Escape(name), original);
            }
        }
    }

    private void RestoreAliases()
    {
        List<AliasInfo> extra = [];
        foreach (AliasInfo alias in All<AliasInfo>("Alias:"))
        {
            bool isKnown = _aliases.TryGetValue(alias.Name, out string? definition);
            if (!isKnown && IsLoaded(alias.Module))
            {
                _aliases[alias.Name] = alias.Definition;
            }
            else if (definition != alias.Definition)
            {
                extra.Add(alias);
            }
        }

        foreach (AliasInfo alias in extra)
        {
            string path = "Alias:\\" + WildcardPattern.Escape(alias.Name);
            _pump.InvokeProvider.Item.Remove([path], recurse: false, force: true, literalPath: false);
            if (_aliases.TryGetValue(alias.Name, out string? definition))
            {
                _pump.InvokeProvider.Item.Set([path], definition, force: true, literalPath: false);
            }
        }
    }

    private void RestoreDrives()
    {
        PathIntrinsics path = _pump.SessionState.Path;
        while (path.LocationStack("default").Count > 0)
        {
            path.PopLocation("default");
        }

        // The location itself is set for each closure, and setting it costs more than all the rest, so it is not reset here.
        foreach (PSDriveInfo drive in _pump.SessionState.Drive.GetAll())
        {
            if (!_drives.Contains(drive.Name))
            {
                _pump.SessionState.Drive.Remove(drive.Name, force: true, scope: "global");
            }
        }
    }
}
