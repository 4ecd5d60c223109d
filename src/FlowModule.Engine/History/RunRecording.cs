using System.Runtime.InteropServices;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Records one run in its history, and knows how much of it is stored.</summary>
internal sealed class RunRecording : IRunListener, IRunServices, IRecordedRun
{
    private RunRow? _row;
    private volatile RunStart? _start;
    private (FlowState? Final, EndValues Values) _ending;
    private bool _isOver;
    private bool _isLearned;
    private long _ticket;

    /// <param name="history">The history that records the run.</param>
    /// <param name="run">The run.</param>
    internal RunRecording(RunHistory history, FlowRun run)
    {
        History = history;
        Run = run;
    }

    internal RunHistory History { get; }

    internal FlowRun Run { get; }

    Guid IRecordedRun.RunId => Run.Id;

    /// <inheritdoc/>
    public RunServices Services => History.Services;

    /// <summary>Identifies the run among its siblings: a hash of its kind, name, script and input. A resumed parent finds it by this key.</summary>
    internal byte[]? Key { get; init; }

    /// <summary>The text of the script to call if this process dies before the run ends; null for none.</summary>
    internal string? CrashHook { get; set; }

    /// <summary>How many states the run had when it was resumed.</summary>
    internal int EarlierStates { get; set; }

    /// <summary>The lines that are in the log although the run says them again; null for most runs.</summary>
    internal RepeatedLines? Repeated { private get; set; }

    /// <summary>The run that this one restarts, or null.</summary>
    internal Guid? RestartOf { get; init; }

    /// <summary>Whether another process records the run itself, and this one only its child runs.</summary>
    internal bool IsElsewhere { get; init; }

    /// <summary>Whether the run must fail if it cannot be recorded.</summary>
    internal bool IsRequired { get; set; }

    /// <inheritdoc/>
    public bool IsLost { get; set; }

    /// <inheritdoc/>
    public RunLogSize? LogSize { get; set; }

    /// <summary>The run's known secrets. Owned by <see cref="IHistoryValues"/>.</summary>
    internal object? Secrets { get; set; }

    /// <summary>Stores the run's parameters and input before the body can change them.</summary>
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

        // Only now are the secrets in the name known.
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

    /// <summary>Encodes the result outside of any lock, because a large result takes long.</summary>
    void IRunListener.Ending(FlowRun run, FlowState final)
    {
        _ending = (final, Encode(final));
    }

    /// <summary>Records a state without waiting.</summary>
    void IRunListener.Entered(FlowRun run, FlowState state, int index, bool isOver)
    {
        if (!IsElsewhere)
        {
            EndValues values = ReferenceEquals(_ending.Final, state) ? _ending.Values : default;
            _ending = default;

            // A change after the run's end does not start the run again.
            Volatile.Write(ref _ticket, History.Add(this, ChangeTo(state, index, isOver, values, _isOver ? null : _start)));
            _isOver |= isOver;
        }
    }

    /// <summary>Records the state that the run is in once more, because the machine that executes the run has changed.</summary>
    internal void Renew()
    {
        if (!IsElsewhere && Run.States is [.., { IsFinal: false } last] states)
        {
            Volatile.Write(ref _ticket, History.Add(this, ChangeTo(last, states.Length - 1, isOver: false, default, _start)));
        }
    }

    /// <summary>Returns the run's first state, for callers that store it separately.</summary>
    internal RunChange First() => ChangeTo(Run.State, index: 0, isOver: false, default, _start);

    /// <summary>Returns all states of the run so far.</summary>
    internal IEnumerable<RunChange> Recall()
    {
        FlowState[] states = Run.States;

        // The first state is the run's creation, which is not recorded.
        for (int i = 1; i < states.Length; i++)
        {
            yield return ChangeTo(states[i], i, states[i].IsFinal, states[i].IsFinal ? Encode(states[i]) : default, _start);
        }
    }

    /// <summary>Encodes the result and the error of a state.</summary>
    internal EndValues Encode(FlowState state) => IsElsewhere
        ? default
        : new EndValues(
            state.Result is null ? default : History.Values.Encode(state.Result),
            state.Error is null ? default : History.Values.EncodeError(state.Error),
            state.Error is null ? default : History.Values.EncodeErrorDetails(state.Error));

    /// <summary>Adds a line to the run's log. May wait if the history is behind.</summary>
    internal void Log(DateTimeOffset time, FlowLogLevel level, string message) =>
        History.AddLog(this, new LogRow(Run.Id, time, level, message));

    void IRunListener.Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text) => LogOnce(time, level, text);

    /// <summary>Adds the body's error to the run's log.</summary>
    void IRunListener.Threw(FlowRun run, RunFailure failure)
    {
        if (!IsElsewhere && History.Values.EncodeError(failure.Error).Text is { } text)
        {
            LogOnce(Run.Time.GetLocalNow(), FlowLogLevel.Error, text);
        }
    }

    private void LogOnce(DateTimeOffset time, FlowLogLevel level, string text)
    {
        if (Repeated?.TryTake(level, text) != true)
        {
            Log(time, level, text);
        }
    }

    void IRunListener.Ended(FlowRun run)
    {
        if (_isLearned)
        {
            History.Values.Forget(this);
        }
    }

    /// <summary>Waits until the run's states so far are stored, before anyone learns of them.</summary>
    internal void Flush() => History.Flush(Volatile.Read(ref _ticket));

    private RunChange ChangeTo(FlowState state, int index, bool isOver, in EndValues values, RunStart? start)
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
            HostName = Run.HostName,
            Result = values.Result,
            Error = values.Error,
            ErrorDetails = values.ErrorDetails,
        };
    }

    /// <summary>What a state carries, in the format of the history.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct EndValues(EncodedValue Result, EncodedValue Error, EncodedValue ErrorDetails);

    private RunRow RowOf(string name) => new()
    {
        Id = Run.Id,
        ParentId = Run.Around?.Id,
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

/// <summary>The recording of a run, seen from the run: runs know listeners, and no history.</summary>
internal static class RecordedRun
{
    extension(FlowRun run)
    {
        /// <summary>The listener that records the run in a history; null if there is none.</summary>
        internal RunRecording? Recording
        {
            get => run.Listeners.Own as RunRecording;
            set => run.Listeners = run.Listeners.With(value);
        }
    }
}
