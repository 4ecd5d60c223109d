using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.History;

/// <summary>What one run tells its history, and how much of it is kept already.</summary>
internal sealed class RunRecording : IRunListener
{
    private EncodedValue _parameters;
    private EncodedValue _input;
    private EncodedValue _options;
    private (FlowState? Final, EncodedValue Result, EncodedValue Error) _ending;
    private string? _name;
    private volatile bool _isBegun;
    private bool _isLearned;
    private long _ticket;

    /// <param name="history">Where the run is recorded.</param>
    /// <param name="run">The run.</param>
    internal RunRecording(RunHistory history, FlowRun run)
    {
        History = history;
        Run = run;
    }

    internal RunHistory History { get; }

    internal FlowRun Run { get; }

    /// <summary>The run's name, without secrets.</summary>
    internal string Name => _name ?? Run.Name;

    /// <summary>What the run was given.</summary>
    internal EncodedValue Parameters => _parameters;

    /// <summary>The piped object that the run is for.</summary>
    internal EncodedValue Input => _input;

    /// <summary>How it is run.</summary>
    internal EncodedValue Options => _options;

    /// <summary>What the run is among those that its parent starts: its kind, name, script and input, hashed. A resumed parent finds it by this.</summary>
    internal byte[]? Key { get; init; }

    /// <summary>The text of the script that is to be called if this process dies before the run ends; null for none.</summary>
    internal string? CrashHook { get; set; }

    /// <summary>A key of the user's, of which there is one run only.</summary>
    internal string? IdempotencyKey { get; set; }

    /// <summary>How many states the run had come to when it was taken up again.</summary>
    internal int EarlierStates { get; set; }

    /// <summary>The run that this one is a restart of, or null.</summary>
    internal Guid? RestartOf { get; init; }

    /// <summary>Whether another process records what becomes of the run, and this one only what it starts.</summary>
    internal bool IsElsewhere { get; init; }

    /// <summary>Whether the run must not go on as if nothing were amiss when its records cannot be kept.</summary>
    internal bool IsRequired { get; set; }

    /// <summary>Whether something of the run could not be kept.</summary>
    internal bool IsLost { get; set; }

    /// <summary>How much the run has written to its log; null while that is nothing. The history's own.</summary>
    internal RunLogSize? LogSize { get; set; }

    /// <summary>What was learned of the run's secrets. The values' own.</summary>
    internal object? Secrets { get; set; }

    /// <summary>Whether what the run was given is known.</summary>
    internal bool IsBegun => _isBegun;

    /// <summary>The store that has all of the run that does not change. The store's own.</summary>
    internal object? KeptIn { get; set; }

    /// <summary>The number of the batch in which the run was last seen. The history's own.</summary>
    internal long Batch { get; set; }

    /// <summary>The number of the run's latest state in that batch. The history's own.</summary>
    internal int LatestNumber { get; set; }

    /// <summary>Keeps what the run was given, as it is before the body can change it.</summary>
    internal void Begin()
    {
        if (!_isLearned)
        {
            _isLearned = true;
            History.Values.Learn(this);
        }

        if (_isBegun || IsElsewhere)
        {
            return;
        }

        _name = History.Values.Mask(Run.Name);

        _parameters = History.Values.EncodeParameters(Run);
        _input = Run.HasInput ? History.Values.EncodeInput(Run) : default;
        _options = Run.Kind == RunKind.Flow ? History.Values.EncodeOptions(Run) : default;
        _isBegun = true;
    }

    void IRunListener.Began(FlowRun run) => Begin();

    /// <summary>Encodes the result, while no lock is held: a large one takes its time.</summary>
    void IRunListener.Ending(FlowRun run, FlowState final)
    {
        (EncodedValue result, EncodedValue error) = Encode(final);
        _ending = (final, result, error);
    }

    /// <summary>Notes a state; it waits for nothing.</summary>
    void IRunListener.Entered(FlowRun run, FlowState state, int index, bool isOver)
    {
        if (!IsElsewhere)
        {
            (_, EncodedValue result, EncodedValue error) = ReferenceEquals(_ending.Final, state) ? _ending : default;
            _ending = default;
            var entry = new StateEntry(this, state, EarlierStates + index, isOver, result, error)
            {
                Message = state.Message is { } message ? History.Values.Mask(message) : null,
                Attempt = Run.Attempt,
                ErrorCount = Run.ErrorCount,
            };
            Volatile.Write(ref _ticket, History.Add(entry));
        }
    }

    /// <summary>The state that the run is in before any other, for those who keep it by itself.</summary>
    internal StateEntry First() => new(this, Run.State, EarlierStates, isOver: false, default, default) { Attempt = Run.Attempt, IsLatest = true };

    /// <summary>The result and the error of a state, as they are to be kept.</summary>
    internal (EncodedValue Result, EncodedValue Error) Encode(FlowState state) => IsElsewhere
        ? default
        : (state.Result is null ? default : History.Values.Encode(state.Result), state.Error is null ? default : History.Values.EncodeError(state.Error));

    /// <summary>Adds a line to the run's log. It may wait while the history is behind.</summary>
    internal void Log(DateTimeOffset time, FlowLogLevel level, string message) =>
        History.AddLog(new LogEntry(this, time, level, message));

    void IRunListener.Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text) => Log(time, level, text);

    /// <summary>Adds what the body threw to the run's log.</summary>
    void IRunListener.Threw(FlowRun run, RunFailure failure)
    {
        if (!IsElsewhere && History.Values.EncodeError(failure.Error).Text is { } text)
        {
            Log(Run.Time.GetLocalNow(), FlowLogLevel.Error, text);
        }
    }

    void IRunListener.Ended(FlowRun run)
    {
        if (_isLearned)
        {
            History.Values.Forget(this);
        }
    }

    /// <summary>Sees that the run's states so far are kept before anyone is told of them.</summary>
    internal void Flush() => History.Flush(Volatile.Read(ref _ticket));
}
