using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>What one run tells its history, and how much of it is kept already.</summary>
internal sealed class RunRecording : IRunListener
{
    private RunRow? _row;
    private volatile RunStart? _start;
    private (FlowState? Final, EncodedValue Result, EncodedValue Error) _ending;
    private bool _isOver;
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

    /// <summary>What the run is among those that its parent starts: its kind, name, script and input, hashed. A resumed parent finds it by this.</summary>
    internal byte[]? Key { get; init; }

    /// <summary>The text of the script that is to be called if this process dies before the run ends; null for none.</summary>
    internal string? CrashHook { get; set; }

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

    /// <summary>Keeps what the run was given, as it is before the body can change it.</summary>
    internal void Begin()
    {
        if (!_isLearned)
        {
            _isLearned = true;
            History.Values.Learn(this);
        }

        if (_start is not null || IsElsewhere)
        {
            return;
        }

        // Only now is it known what of the name is secret.
        _row = RowOf(History.Values.Mask(Run.Name));
        _start = new RunStart
        {
            Parameters = History.Values.EncodeParameters(Run),
            Input = Run.HasInput ? History.Values.EncodeInput(Run) : default,
            Options = Run.Kind == RunKind.Flow ? History.Values.EncodeOptions(Run) : default,
            CrashHook = CrashHook,
            GoesOn = EarlierStates > 0,
        };
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

            // What is said of a run that is over does not begin it again.
            Volatile.Write(ref _ticket, History.Add(this, ChangeTo(state, index, isOver, (result, error), _isOver ? null : _start)));
            _isOver |= isOver;
        }
    }

    /// <summary>The state that the run is in before any other, for those who keep it by itself.</summary>
    internal RunChange First() => ChangeTo(Run.State, index: 0, isOver: false, default, _start);

    /// <summary>All states of the run up to now.</summary>
    internal IEnumerable<RunChange> Recall()
    {
        FlowState[] states = Run.States;

        // The first is how a run is made, which none records.
        for (int i = 1; i < states.Length; i++)
        {
            yield return ChangeTo(states[i], i, states[i].IsFinal, states[i].IsFinal ? Encode(states[i]) : default, _start);
        }
    }

    /// <summary>The result and the error of a state, as they are to be kept.</summary>
    internal (EncodedValue Result, EncodedValue Error) Encode(FlowState state) => IsElsewhere
        ? default
        : (state.Result is null ? default : History.Values.Encode(state.Result), state.Error is null ? default : History.Values.EncodeError(state.Error));

    /// <summary>Adds a line to the run's log. It may wait while the history is behind.</summary>
    internal void Log(DateTimeOffset time, FlowLogLevel level, string message) =>
        History.AddLog(this, new LogRow(Run.Id, time, level, message));

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

    private RunChange ChangeTo(FlowState state, int index, bool isOver, (EncodedValue Result, EncodedValue Error) values, RunStart? start)
    {
        string? name = state.Name == FlowState.NameOf(state.Type) ? null : state.Name;
        string? message = state.Message is { } text ? History.Values.Mask(text) : null;
        return new RunChange(
            _row ??= RowOf(Run.Name), new StateRow(EarlierStates + index, state.Type, name, message, state.Timestamp, state.ScheduledTime))
        {
            Start = start,
            IsOver = isOver,
            StartTime = Run.StartTime,
            Attempt = Run.Attempt,
            ErrorCount = Run.ErrorCount,
            Result = values.Result,
            Error = values.Error,
        };
    }

    private RunRow RowOf(string name) => new()
    {
        Id = Run.Id,
        ParentId = Run.Parent?.Id,
        RootId = Run.Root().Id,
        Kind = Run.Kind,
        Name = name,
        Flow = Run.Flow.Row,
        CreatedTime = Run.CreatedTime,
        Key = Key,
        RestartOf = RestartOf,
        Schedule = Run.Instance?.Name,
        ScheduledTime = Run.Instance?.Time,
    };
}
