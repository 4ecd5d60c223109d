using System.Collections;
using System.Collections.ObjectModel;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Texts;

namespace FlowModule;

/// <summary>
/// One execution of a flow or a task: its identity, its input, its states so far. Also what <c>$FlowRun</c> is inside a body, and
/// <c>$TaskRun</c> inside that of a task; and the handle that <c>Start-FlowTask</c> gives.
/// </summary>
public sealed class FlowRun : IRunDependent, IFormattable
{
    /// <summary>How long a stopped run may take for its finally blocks, in seconds, before its worker is given up.</summary>
    internal const double GraceSeconds = 5;

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly List<FlowState> _states = new(3);
    private FlowState _state;
    private RunAttempt _attempt;
    private bool _hasBegun;

    internal FlowRun(
        FlowDefinition flow, FlowRun? parent, TimeProvider time, string? name = null, IDictionary? parameters = null, object? inputObject = null, RunPolicy? policy = null, bool isTask = false,
        EarlierRun? earlier = null)
    {
        DateTimeOffset now = time.GetLocalNow();
        _time = time;
        Flow = flow;
        Parent = parent;
        Id = earlier?.Id ?? RunId.New(now);
        FirstAttempt = earlier?.Attempt + 1 ?? 1;
        _attempt = new RunAttempt(this, _gate, FirstAttempt);
        Family = new RunFamily(_gate);
        Name = name is null ? RunName.New() : VisibleText.OfName(name);
        Parameters = parameters ?? NoParameters;
        InputObject = inputObject;
        Policy = policy ?? flow.Policy;
        TimeoutSeconds = Policy.TimeoutSeconds;
        Depth = parent is null ? 0 : parent.Depth + 1;
        Listeners = parent?.Listeners.OfSession ?? RunListeners.None;
        Kind = isTask ? RunKind.Task : parent is null ? RunKind.Flow : RunKind.Subflow;
        _state = new FlowState(this, StateType.Pending, now);
        _states.Add(_state);
    }

    /// <summary>The run's id, a UUID of version 7: ids sort by creation time.</summary>
    public Guid Id { get; internal init; }

    /// <summary>The run's name: the flow's RunName template filled in, else two words.</summary>
    public string Name { get; }

    /// <summary>Whether this is a run of a flow, of a subflow or of a task, or contains the runs of a call (ad hoc).</summary>
    public RunKind Kind { get; internal init; }

    /// <summary>The flow, or the task, that this is a run of.</summary>
    public FlowDefinition Flow { get; }

    /// <summary>The name of the flow, or the task, that this is a run of.</summary>
    public string FlowName => Flow.Name;

    /// <summary>The parameters that the run was started with, by name.</summary>
    public IDictionary Parameters { get; internal set; }

    /// <summary>The piped object that the run was started for (<c>$_</c> in the body), or null.</summary>
    public object? InputObject { get; internal set; }

    /// <summary>The run whose body started this one, or null.</summary>
    public FlowRun? Parent { get; }

    /// <summary>The name of the machine that executes the body, or did last, also inside of that body; null for the machine that the flow was started on.</summary>
    public string? HostName { get => field ?? Parent?.HostName; internal set; }

    /// <summary>Which try this is, from 1.</summary>
    public int Attempt
    {
        get => CurrentAttempt.Number;
        internal init => _attempt = new RunAttempt(this, _gate, value);
    }

    /// <summary>Words to find the run by: the flow's tags.</summary>
    public string[] Tag => Flow.Tag;

    /// <summary>How long one attempt may take, in seconds, or null.</summary>
    public double? TimeoutSeconds { get; internal set; }

    /// <summary>The run's state now.</summary>
    public FlowState State => Volatile.Read(ref _state);

    /// <summary>The states that the run has been in, oldest first.</summary>
    public FlowState[] States
    {
        get
        {
            lock (_gate)
            {
                return [.. _states];
            }
        }
    }

    /// <summary>When the run was created.</summary>
    internal DateTimeOffset CreatedTime
    {
        get
        {
            lock (_gate)
            {
                return _states[0].Timestamp;
            }
        }
    }

    /// <summary>When the body started, or null.</summary>
    public DateTimeOffset? StartTime
    {
        get
        {
            lock (_gate)
            {
                return _states.Find(static state => state.Type == StateType.Running)?.Timestamp;
            }
        }
    }

    /// <summary>When the run ended, or null.</summary>
    public DateTimeOffset? EndTime => State is { IsFinal: true } final ? final.Timestamp : null;

    /// <summary>How long the run has run, to its end or to now; zero before its start.</summary>
    public TimeSpan Duration => StartTime is { } start ? (EndTime ?? _time.GetLocalNow()) - start : TimeSpan.Zero;

    /// <summary>How many error records the body has written to the error stream, without ending.</summary>
    public int ErrorCount => CurrentAttempt.ErrorCount;

    /// <summary>Fires when the run is told to stop. For .NET calls in a body: <c>$client.GetStringAsync($url, $FlowRun.CancellationToken)</c>.</summary>
    public CancellationToken CancellationToken => CurrentAttempt.CancellationToken;

    /// <summary>The occurrence of the schedule that started the outermost flow run; null if no schedule did.</summary>
    public DateTimeOffset? ScheduledTime => this.Root() is var root ? (root.Group ?? root).Instance?.Time : null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The run's name; with the format <c>duration</c>, its duration as the views show it.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => format == "duration" ? DurationText.Of(Duration, formatProvider) : ToString();

    /// <summary>The tick that the run was started for; null for other runs, and for runs inside it.</summary>
    internal ScheduledInstance? Instance { get; init; }

    /// <summary>The first attempt in this process: more than 1 for a run that goes on here.</summary>
    internal int FirstAttempt { get; }

    /// <summary>How many attempts there were here: a run that was resumed may be retried as often as a new one.</summary>
    internal int Tries => Attempt - FirstAttempt + 1;

    /// <summary>The run's index in its fan-out, from 0.</summary>
    internal int Index { get; set; }

    /// <summary>Whether the run has a place among the running runs of its fan-out. Under the fan-out's lock.</summary>
    internal bool HoldsPlace { get; set; }

    /// <summary>Whether the run was started for a piped object, which may be null.</summary>
    internal bool HasInput { get; init; }

    /// <summary>Whether the run was started for one of several inputs: then its output is labelled with its name and its input.</summary>
    internal bool IsOneOfMany { get; init; }

    /// <summary>What the host keeps with the run: for the module, how to execute it.</summary>
    internal object? HostData { get; init; }

    /// <summary>The keys of results that the process which has sent this run computes by it, or by a run around it.</summary>
    internal IReadOnlyList<string> ComputesElsewhere { get; init; } = [];

    internal TimeProvider Time => _time;

    /// <summary>The listeners of the run. Set before the run starts. Child runs have the listeners of their session.</summary>
    internal RunListeners Listeners { get; set; }

    internal string KindName => Kind switch { RunKind.Task => "Task run", RunKind.Subflow => "Subflow run", RunKind.AdHoc => "Ad hoc run", _ => "Flow run" };

    /// <summary>The <see cref="RunKind.AdHoc"/> run that contains this one, which has no parent; null for most runs.</summary>
    internal FlowRun? Group { get; init; }

    /// <summary>The run that counts this one when it ends, and stops it when it is stopped: the parent, or the ad hoc run that contains it.</summary>
    internal FlowRun? Around => Parent ?? Group;

    /// <summary>The number of outer runs.</summary>
    internal int Depth { get; }

    /// <summary>How the run is run.</summary>
    internal RunPolicy Policy { get; }

    /// <summary>Whether the body runs on the thread of its parent run, which waits meanwhile.</summary>
    internal bool IsInline { get; init; }

    /// <summary>The current attempt. A retry replaces it.</summary>
    internal RunAttempt CurrentAttempt => Volatile.Read(ref _attempt);

    /// <summary>The runs around this one.</summary>
    internal RunFamily Family { get; }

    /// <summary>The lock of the run and its parts: states, a stop, and the end of an attempt must agree.</summary>
    internal object Gate => _gate;

    /// <summary>Takes the run from state to state; null until an executor has the run.</summary>
    internal RunDriver? Driver { get; set; }

    /// <summary>Called when the run is told to stop, to end a wait elsewhere. Set before the run starts.</summary>
    internal Action? Stopping { private get; set; }

    /// <summary>Why the current attempt was told to stop; null when it was not.</summary>
    internal StopRequest? StopRequest => CurrentAttempt.Stop;

    /// <summary>
    /// Whether nothing more happens to the run: it has ended and its hooks were called, or it can never run. A run is over a
    /// little after its final state.
    /// </summary>
    internal bool IsOver => Family.IsOver;

    /// <summary>The runs that must end before this run can start, or null.</summary>
    internal RunDependencies? Dependencies { get; init; }

    /// <summary>The completed child runs of all attempts; null if they are never reused.</summary>
    internal RunLedger? Ledger { get; init; }

    /// <summary>The run's entry in its parent's ledger, with the earlier result if there was one; null without a ledger.</summary>
    internal LedgerEntry? LedgerEntry { get; init; }

    /// <summary>The run that did the work of which this one has the result, once it has it: itself, unless it only stands for an earlier one.</summary>
    internal Guid DoneBy => LedgerEntry?.Completed?.Run.Id ?? Id;

    /// <summary>A hash of the script's outer variables, if a cached result depends on them; or why they cannot be compared.</summary>
    internal (string? Hash, string? Incomparable) Surroundings { get; init; }

    /// <summary>Whether the run is not executed, but represents a completed run of an earlier process, including its rollback.</summary>
    internal bool StandsForEarlier { get; init; }

    /// <summary>Where the tasks that the run starts put their records: on the way to the one thread that may write them.</summary>
    internal OutputQueue? Output { get; set; }

    /// <summary>The place that the run gives up while it waits; null if nothing limits it.</summary>
    internal IRunPlace? Place { get; set; }

    /// <summary>Whether the run was stopped only because all that it is part of was suspended: it is to go on later.</summary>
    internal bool IsSuspendedWithRoot => State.Type == StateType.Cancelled && Parent is not null && this.Root().StopRequest is { Kind: StopKind.Suspended };

    /// <summary>Registers something that the run must wait for. Returns false if the run is stopping, so that nothing new may start.</summary>
    internal bool TryAddDependent(IRunDependent dependent) => CurrentAttempt.TryAddDependent(dependent);

    internal void RemoveDependent(IRunDependent dependent)
    {
        if (CurrentAttempt.RemoveDependent(dependent) is { } idle)
        {
            // The run may end with this, and its parent with it, thousands deep.
            CallQueue.Run([idle]);
        }
    }

    /// <summary>Stops the run and its child runs. Returns at once; false if it has ended or was already told to stop.</summary>
    internal bool Stop(StopRequest request)
    {
        RunAttempt attempt;
        IRunDependent[] dependents;
        lock (_gate)
        {
            attempt = _attempt;
            if (!attempt.TryBeginStop(request, out dependents))
            {
                return false;
            }

            if (request.Kind == StopKind.Cancelled)
            {
                TryTransition(_ => true, new FlowState(this, StateType.Cancelling, _time.GetLocalNow(), message: request.Message));
            }
        }

        // The token fires before the interrupt: a .NET call that listens to it returns, and the interrupt finds the body free.
        attempt.Cancel();
        var childRequest = new StopRequest(
            StopKind.Cancelled, $"Parent run '{Name}' was {(request.Kind == StopKind.Suspended ? "suspended" : "stopped")}.")
        { Interruption = request.Interruption };
        foreach (IRunDependent dependent in dependents.Where(dependent => !(request.IsOfPipeline && dependent is FlowRun { IsInline: true })))
        {
            dependent.Stop(childRequest);
        }

        Stopping?.Invoke();
        attempt.Interrupt();
        return true;
    }

    void IRunDependent.Stop(StopRequest request) => Stop(request);

    /// <summary>Tells the listeners, once, that the run begins.</summary>
    internal void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Listeners.Began(this);
        }
    }

    /// <summary>The next attempt takes the place of the current one. Under the gate.</summary>
    internal void NextAttempt()
    {
        _attempt.TryClose();
        Volatile.Write(ref _attempt, new RunAttempt(this, _gate, _attempt.Number + 1));
    }

    /// <summary>Changes the state if the run is in one of <paramref name="expected"/>. Returns whether it did.</summary>
    internal bool TryTransition(Func<FlowState, bool> expected, FlowState next, bool isOver = false)
    {
        lock (_gate)
        {
            if (!expected(_state))
            {
                return false;
            }

            Enter(next);
            Listeners.Entered(this, next, _states.Count - 1, isOver);
            return true;
        }
    }

    /// <summary>
    /// Gives a run that another process has executed the states that it had there. For one that was made to stand for that run,
    /// and that is never started here.
    /// </summary>
    internal FlowState Restore(
        DateTimeOffset? startTime, StateType type, DateTimeOffset timestamp, string name, string? message, object? result, object? error, bool isOver = false)
    {
        lock (_gate)
        {
            if (isOver)
            {
                Family.MarkOver();
            }

            if (startTime is { } start)
            {
                Enter(new FlowState(this, StateType.Running, start));
            }

            Enter(new FlowState(this, type, timestamp, name, message, result, error));
            return _state;
        }
    }

    private void Enter(FlowState state)
    {
        _states.Add(state);
        Volatile.Write(ref _state, state);
    }

    private static readonly IDictionary NoParameters = ReadOnlyDictionary<string, object?>.Empty;
}
