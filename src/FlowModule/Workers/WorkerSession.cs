using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Bodies;
using FlowModule.Closures;
using FlowModule.Engine.States;
using FlowModule.Engine.Telemetry;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.Workers;

/// <summary>The session of a worker: applies a flow's closure, runs its body, and removes all traces.</summary>
internal sealed class WorkerSession(RunspaceContext context, WorkerDebugger debugger)
{
    private static readonly ScriptBlock ImportModule = NeutralScript.Create(
        "param($path) Import-Module -Name $path -Global -DisableNameChecking -PassThru -ErrorAction Stop");

    private static readonly ScriptBlock ImportNamedModule = NeutralScript.Create(
        "param($name, $version) Import-Module -FullyQualifiedName @{ ModuleName = $name; ModuleVersion = $version } -Global -DisableNameChecking -PassThru -ErrorAction Stop");

    private readonly Dictionary<string, PSModuleInfo> _modules = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PSVariable> _preferences = [];
    private SessionBaseline? _baseline;
    private bool _isUsed;
    private PSCmdlet _pump = null!;
    private Closure? _closure;
    private WorkerClosure _bound = null!;
    private readonly WorkerStrictMode _strictMode = new();
    private ArrayList? _errors;

    /// <summary>The run whose body is executing: an inner one, if runs are nested.</summary>
    internal FlowRun? CurrentRun => context.CurrentRun;

    /// <summary>The calls of other threads into the session, once bodies that can create objects have run in it.</summary>
    internal ForeignCalls? Calls { get; private set; }

    /// <summary>Called in each new pipeline of the worker, before its first run. False if the session cannot be restored to its baseline.</summary>
    internal bool Attach(PSCmdlet pump)
    {
        _pump = pump;
        _strictMode.Attach(pump.SessionState);
        _errors = pump.SessionState.PSVariable.GetValue("global:Error") as ArrayList;
        if (!_isUsed)
        {
            _isUsed = true;
            return true;
        }

        // The last pipeline was stopped in the middle of a run.
        _baseline?.Attach(pump);
        return Reset();
    }

    /// <exception cref="PipelineStoppedException">The worker's pipeline was stopped.</exception>
    internal RunOutcome Execute(FlowRun run)
    {
        var work = (SubflowWork)run.HostData!;
        Closure closure = Prepare(work);
        BodyThread.Prepare(closure);
        debugger.Update();
        using var span = BodySpan.Enter(run, isInSession: false);
        context.Enter(run);
        try
        {
            ScriptBlock body = work.Flow.UnboundBody;
            PSModuleInfo? home = closure.HomeModule is null ? null : _modules[closure.HomeModule];
            if (home is not null)
            {
                body = home.NewBoundScriptBlock(body);
            }

            return BodyInvoker.Invoke(
                run, body, home, SubflowWork.AddUsings(run.Parameters, _bound.Usings), Surroundings(run, closure), _bound.Functions.Count == 0 ? null : _bound.Functions);
        }
        finally
        {
            debugger.Ended(run);
            context.Leave();
        }
    }

    /// <summary>Calls a script of a run's policy, with its closure.</summary>
    /// <param name="run">The run that is executed.</param>
    /// <param name="subject">The run that the script is about.</param>
    /// <param name="script">The script.</param>
    /// <param name="item">The value of <c>$_</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="PipelineStoppedException">The worker's pipeline was stopped.</exception>
    internal Collection<PSObject> Call(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
    {
        Closure closure = Prepare((SubflowWork)(subject.HostData ?? run.HostData)!);
        ScriptBlock bound = ScriptBlocks.Unbind(script);
        PSModuleInfo? module = null;
        if (closure.HomeModule is { } home && string.Equals(ClosureCapture.ModulePath(script.Module), home, StringComparison.OrdinalIgnoreCase))
        {
            module = _modules[home];
            bound = module.NewBoundScriptBlock(bound);
        }

        List<PSVariable> variables = Surroundings(run, closure);
        RunVariables.Add(variables, subject, item);
        BodyThread.Prepare(closure);
        context.Enter(run);
        try
        {
            return BodyInvoker.Call(bound, module, arguments, variables, _bound.Functions.Count == 0 ? null : _bound.Functions);
        }
        finally
        {
            context.Leave();
        }
    }

    /// <summary>Removes what a run left behind. False if that is not possible.</summary>
    internal bool CleanUp()
    {
        _errors?.Clear();
        if (_closure is null || _closure.LeavesNoTrace)
        {
            return true;
        }

        Closure closure = _closure;
        if (!Reset())
        {
            return false;
        }

        Prepare(closure);
        return true;
    }

    private Closure Prepare(SubflowWork work)
    {
        if (!ReferenceEquals(_closure, work.Closure))
        {
            Prepare(work.Closure);
        }

        return work.Closure;
    }

    private bool Reset()
    {
        bool isSpent = _closure is { SpendsSession: true };
        _closure = null;
        context.Flows.Clear();
        bool isBack = !isSpent && _baseline?.Restore() != false;
        debugger.Forget();
        _errors?.Clear();
        return isBack;
    }

    /// <summary>Applies the part of a closure that all its runs share.</summary>
    private void Prepare(Closure closure)
    {
        // Taken while the session is clean: earlier runs can have left nothing behind.
        if (_baseline is null
            && (!closure.LeavesNoTrace || closure.ChangesSession || closure.Modules.Count > 0 || _pump.SessionState.LanguageMode != closure.LanguageMode))
        {
            _baseline = new SessionBaseline(_pump);
            Calls = context.CallsInto(_pump);
        }

        // After each run the session is at its baseline, except for what its closure itself has set there.
        if (_closure is { ChangesSession: true } && !_baseline!.Restore())
        {
            throw new InvalidOperationException("The worker's session could not be reset.");
        }

        _closure = null;
        foreach (string path in closure.Modules.Keys)
        {
            if (!_modules.ContainsKey(path))
            {
                Collection<PSObject> imported = closure.ModulesByName.TryGetValue(path, out (string Name, string Version) module)
                    ? _pump.InvokeCommand.InvokeScript(useLocalScope: true, ImportNamedModule, input: null, args: [module.Name, module.Version])
                    : _pump.InvokeCommand.InvokeScript(useLocalScope: true, ImportModule, input: null, args: [WildcardPattern.Escape(path)]);
                _modules[path] = (PSModuleInfo)imported[^1].BaseObject;
                _baseline!.AcceptModules();
            }
        }

        _bound = new WorkerClosure(closure, _modules);
        foreach ((string path, Dictionary<string, object?> variables) in closure.ModuleVariables)
        {
            foreach ((string name, object? value) in variables)
            {
                _modules[path].SessionState.PSVariable.Set("script:" + name, _bound.Bind(value));
            }
        }

        foreach ((string name, object? value) in closure.SessionVariables)
        {
            _pump.SessionState.PSVariable.Set("global:" + name, _bound.Bind(value));
        }

        foreach ((string name, string definition) in closure.Aliases)
        {
            _pump.InvokeProvider.Item.Set("Alias:\\" + WildcardPattern.Escape(name), definition);
        }

        _preferences.Clear();
        foreach (PSVariable preference in closure.Preferences)
        {
            // An explicitly set $InformationPreference has a meaning, even if it has the default value.
            if (preference.Name == SpecialVariables.InformationPreference
                || !Equals(_pump.SessionState.PSVariable.GetValue("global:" + preference.Name), preference.Value))
            {
                _preferences.Add(preference);
            }
        }

        _strictMode.Set(closure.StrictMode, closure.HomeModule is null ? null : _modules[closure.HomeModule]);
        SetLocation(closure.Location);
        if (_pump.SessionState.LanguageMode != closure.LanguageMode)
        {
            _pump.SessionState.LanguageMode = closure.LanguageMode;
        }

        _closure = closure;
    }

    private void SetLocation(ClosureLocation? location)
    {
        if (location is null || _pump.SessionState.Path.CurrentLocation.Path == location.Path)
        {
            return;
        }

        if (TrySetFolder(location))
        {
            return;
        }

        // A drive of the caller does not exist here, but its provider path does.
        bool hasDrive = location.Drive is null || _pump.SessionState.Drive.GetAll().Any(drive => drive.Name == location.Drive);
        string path = hasDrive ? location.Path : $"{location.Provider}::{location.ProviderPath}";
        try
        {
            _pump.SessionState.Path.SetLocation(WildcardPattern.Escape(path));
        }
        catch (ItemNotFoundException)
        {
            // The caller's own location may no longer exist; relative paths then fail there and here.
        }
    }

    /// <summary>
    /// Sets a folder of the current drive, in the form in which the drive keeps it. Setting it as a path takes time in proportion to
    /// the number of entries in the folders above it.
    /// </summary>
    private bool TrySetFolder(ClosureLocation location)
    {
        PSDriveInfo drive = _pump.SessionState.Drive.Current;
        if (location is not { Folder: { } folder, InDrive: { } inDrive } || location.Drive != drive.Name || location.Root != drive.Root || !Directory.Exists(folder))
        {
            return false;
        }

        drive.CurrentLocation = inDrive;
        _pump.SessionState.PSVariable.Set("global:PWD", _pump.SessionState.Path.CurrentLocation);
        return true;
    }

    private List<PSVariable> Surroundings(FlowRun run, Closure closure)
    {
        var variables = new List<PSVariable>(_bound.Variables.Count + _preferences.Count + 6);
        foreach ((string name, object? value) in _bound.Variables)
        {
            variables.Add(new PSVariable(name, value));
        }

        if (!run.HasInput && closure.CallerItem is { } item)
        {
            variables.Add(new PSVariable("_", item));
        }

        foreach (PSVariable preference in _preferences)
        {
            variables.Add(new PSVariable(preference.Name, preference.Value));
        }

        if (closure.DefaultParameterValues is { } defaults)
        {
            variables.Add(new PSVariable(SpecialVariables.DefaultParameterValues, new DefaultParameterDictionary(defaults)));
        }

        return variables;
    }
}
