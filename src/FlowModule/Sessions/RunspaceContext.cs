using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Workers;
using FlowModule.Flows;

namespace FlowModule.Sessions;

/// <summary>
/// The module's data for one runspace: its flows, its workers, and the runs that are executing in it. It lives as long as
/// the runspace.
/// </summary>
internal sealed class RunspaceContext
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceContext> Contexts = [];

    private readonly Stack<FlowRun?> _runs = new();
    private readonly InitialSessionState? _initial;
    private readonly Lazy<InitialSessionState> _workerState;
    private CommandInvocationIntrinsics? _commands;
    private ForeignCalls? _calls;
    private PSDriveInfo? _drive;
    private ClosureLocation? _location;
    private Interruption? _interruption;
    private RunListeners _listeners = RunListeners.None;
    private readonly Lazy<Dictionary<string, string>> _initialAliases;
    private readonly Lazy<HashSet<Type>> _initialCmdlets;

    private RunspaceContext(Runspace runspace, KnownKinds kinds)
    {
        _initial = runspace.InitialSessionState;
        Flows = new FlowRegistry(parent: null);
        _workerState = new(() => WorkerOrigin.InitialStateFrom(_initial!, LoadedCmdlets()));
        Pools = new WorkerPools(kinds, pools => new WorkerOrigin(_workerState.Value, Flows, Host, pools));
        _initialAliases = new(FindInitialAliases);
        _initialCmdlets = new(FindInitialCmdlets);
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
            {
                Pools.Dispose();
            }
        };
    }

    /// <summary>The context of a worker's runspace: it also sees its origin's flows, and shares its origin's workers.</summary>
    private RunspaceContext(Runspace runspace, WorkerOrigin origin)
    {
        _initial = runspace.InitialSessionState;
        _workerState = new(() => _initial);
        Flows = new FlowRegistry(origin.Flows);
        Pools = origin.Pools;
        _initialAliases = new(FindInitialAliases);
        _initialCmdlets = new(FindInitialCmdlets);
    }

    /// <summary>The named flows of this session.</summary>
    internal FlowRegistry Flows { get; }

    /// <summary>The workers for this session's subflows.</summary>
    internal WorkerPool Pool => PoolOf(nameof(FlowIsolation.Runspace));

    /// <summary>Its workers of all kinds.</summary>
    internal WorkerPools Pools { get; }

    /// <summary>The output of background tasks of runs that execute here: this runspace's thread writes it when it can.</summary>
    internal OutputQueue TaskOutput { get; } = new(int.MaxValue);

    /// <summary>The tasks that were started here outside of a flow run.</summary>
    internal FanOut? LooseTasks { get; set; }

    /// <summary>The next number for such a task with a name, from 0.</summary>
    internal int NextLooseTaskNumber(string name)
    {
        int number = _looseTaskNumbers.GetValueOrDefault(name);
        _looseTaskNumbers[name] = number + 1;
        return number;
    }

    private readonly Dictionary<string, int> _looseTaskNumbers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The host to describe to workers; set by the first cmdlet.</summary>
    internal System.Management.Automation.Host.PSHost? Host { get; private set; }

    /// <summary>The session state of the global scope, once a cmdlet was called from there; otherwise null.</summary>
    internal SessionState? GlobalSession { get; private set; }

    /// <summary>In a worker: takes a record of the run that executes now to the session that the worker works for. Otherwise null.</summary>
    internal Action<object>? Forward { get; set; }

    /// <summary>Lets the workers know of the session's breakpoints. Called on the session's thread, before runs are given to workers.</summary>
    internal void NoteBreakpoints()
    {
        if (Forward is null)
        {
            Pools.Breakpoints = SessionBreakpoints.Of(Runspace.DefaultRunspace.Debugger);
        }
    }

    /// <summary>The run whose body is executing in this runspace, the innermost if they are nested.</summary>
    internal FlowRun? CurrentRun => _runs.TryPeek(out FlowRun? run) ? run : null;

    /// <summary>The listeners of the runs that are made here from now on, and of the runs inside them. Pipeline thread only.</summary>
    internal RunListeners Listeners => SessionTelemetry.Join(_listeners);

    internal void Listen(IRunListener listener) => _listeners = _listeners.And(listener);

    /// <summary>Runs that exist already still tell it, until they are over.</summary>
    internal void StopListening(IRunListener listener) => _listeners = _listeners.Except(listener);

    /// <summary>The stop request for runs whose pipeline is stopped.</summary>
    internal StopRequest PipelineStopped() => new(StopKind.Cancelled, "The pipeline that started the run was stopped.")
    {
        // If the run around it was stopped, that is the cause. Otherwise it is the session's own pipeline, and the first request counts.
        Interruption = CurrentRun?.StopRequest is { } around ? around.Interruption : LazyInitializer.EnsureInitialized(ref _interruption),
    };

    /// <summary>The stop request for runs whose command ends before they do.</summary>
    /// <param name="cmdlet">The command. Its thread may notice Ctrl+C, because a write throws, before the cmdlet is told to stop.</param>
    /// <param name="otherwise">The reason if its pipeline is not being stopped.</param>
    internal StopRequest Abandoned(PSCmdlet cmdlet, string otherwise) => cmdlet.Stopping ? PipelineStopped() : new StopRequest(StopKind.Cancelled, otherwise);

    /// <summary>How many runs were cancelled by the stop of the command that ends now. Resets the count.</summary>
    internal int TakeInterrupted()
    {
        int count = _interruption?.Count ?? 0;
        _interruption = null;
        return count;
    }

    /// <param name="cmdlet">A cmdlet that runs in the runspace.</param>
    /// <param name="kinds">The kinds of workers that every session has.</param>
    internal static RunspaceContext For(PSCmdlet cmdlet, KnownKinds kinds)
    {
        RunspaceContext context = Contexts.TryGetValue(Runspace.DefaultRunspace, out RunspaceContext? known)
            ? known
            : Contexts.GetValue(Runspace.DefaultRunspace, runspace => new RunspaceContext(runspace, kinds));
        context.Host ??= cmdlet.Host;
        context._commands ??= cmdlet.InvokeCommand;
        if (context.GlobalSession is null && cmdlet.SessionState.Module is null)
        {
            context.GlobalSession = cmdlet.SessionState;
        }

        return context;
    }

    /// <summary>Handles calls of other threads into this runspace, from now on. Must be called on its thread.</summary>
    internal ForeignCalls CallsInto(PSCmdlet cmdlet) => _calls ??= new ForeignCalls(Runspace.DefaultRunspace, cmdlet.Events);

    /// <summary>The workers of a kind, by its name. Checks that there can be such workers, before anything runs.</summary>
    /// <exception cref="FlowException">There can be no workers of this kind.</exception>
    internal WorkerPool PoolOf(string kind) => Pools.Of(kind);

    /// <summary>The context of this thread's runspace, or null if no cmdlet of the module has run in it.</summary>
    internal static RunspaceContext? Current => Runspace.DefaultRunspace is { } runspace ? Of(runspace) : null;

    /// <summary>The context of a runspace, or null if no cmdlet of the module has run in it.</summary>
    internal static RunspaceContext? Of(Runspace runspace) => Contexts.TryGetValue(runspace, out RunspaceContext? context) ? context : null;

    internal static RunspaceContext ForWorker(Runspace runspace, WorkerOrigin origin)
    {
        var context = new RunspaceContext(runspace, origin);
        Contexts.Add(runspace, context);
        return context;
    }

    /// <summary>A location in the form that closures use. Cached, because the provider's lookup costs more than the rest of a closure and the location seldom changes.</summary>
    internal ClosureLocation LocationOf(PathInfo location)
    {
        if (_location is null || !ReferenceEquals(_drive, location.Drive) || !string.Equals(_location.Path, location.Path, StringComparison.Ordinal))
        {
            _drive = location.Drive;
            _location = ClosureLocation.From(location);
        }

        return _location;
    }

    /// <summary>Marks a run as executing here; or, while its output is passed on, the run around it, if any.</summary>
    internal void Enter(FlowRun? run) => _runs.Push(run);

    internal void Leave() => _runs.Pop();

    /// <summary>Whether every runspace of this kind has the alias from its start.</summary>
    internal bool IsInitialAlias(string name, string definition) =>
        _initialAliases.Value.TryGetValue(name, out string? initial) && string.Equals(initial, definition, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a variable still has the value object with which the session began. An assigned value, even an equal one, is
    /// another object.
    /// </summary>
    internal bool IsUnset(string name, object? value) => _initial?.Variables[name].Any(entry => ReferenceEquals(entry.Value, value)) == true;

    /// <summary>Whether every worker has the cmdlet from its start.</summary>
    internal bool IsInitialCmdlet(CmdletInfo cmdlet) => _initialCmdlets.Value.Contains(cmdlet.ImplementingType);

    private Dictionary<string, string> FindInitialAliases()
    {
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SessionStateAliasEntry alias in _initial?.Commands.OfType<SessionStateAliasEntry>() ?? [])
        {
            aliases[alias.Name] = alias.Definition;
        }

        return aliases;
    }

    private HashSet<Type> FindInitialCmdlets() =>
        [.. _workerState.Value.Commands.OfType<SessionStateCmdletEntry>().Select(cmdlet => cmdlet.ImplementingType)];

    private IEnumerable<CmdletInfo> LoadedCmdlets() =>
        _commands!.GetCommands("*", CommandTypes.Cmdlet, nameIsPattern: true).OfType<CmdletInfo>();
}
