
namespace FlowModule.Engine.Storage.Rows;

/// <summary>One thing that a run has the history keep. It is written once, and does not change before.</summary>
internal abstract class HistoryRow
{
    /// <summary>The run that it is of.</summary>
    internal abstract Guid RunId { get; }
}

/// <summary>A state that a run has entered, with all that the run is from then on.</summary>
/// <param name="run">The run.</param>
/// <param name="state">The state.</param>
internal sealed class RunChange(RunRow run, in StateRow state) : HistoryRow
{
    private readonly StateRow _state = state;

    internal override Guid RunId => run.Id;

    internal RunRow Run => run;

    internal ref readonly StateRow State => ref _state;

    /// <summary>What the run was given. Null before that is known, and once the run was over: a store that has it need not be given it again.</summary>
    internal RunStart? Start { get; init; }

    /// <summary>Whether the run never leaves the state.</summary>
    internal bool IsOver { get; init; }

    /// <summary>When the body first started here, or null.</summary>
    internal DateTimeOffset? StartTime { get; init; }

    /// <summary>When the run ended, or null.</summary>
    internal DateTimeOffset? EndTime => FlowState.IsFinalType(State.Type) ? State.Time : null;

    internal int Attempt { get; init; }

    internal int ErrorCount { get; init; }

    /// <summary>The other machine that executes the body, or did last; null for this one.</summary>
    internal string? HostName { get; init; }

    /// <summary>The result, if the state carries one.</summary>
    internal EncodedValue Result { get; init; }

    /// <summary>The error, if the state carries one.</summary>
    internal EncodedValue Error { get; init; }

    /// <summary>All that is kept of the error, for programs.</summary>
    internal EncodedValue ErrorDetails { get; init; }
}

/// <summary>What a run was given, as it was before the body could change it.</summary>
internal sealed class RunStart
{
    internal EncodedValue Parameters { get; init; }

    /// <summary>The piped object that the run is for.</summary>
    internal EncodedValue Input { get; init; }

    /// <summary>How it is run.</summary>
    internal EncodedValue Options { get; init; }

    /// <summary>The script that is to be called if this process dies before the run ends; null for none.</summary>
    internal string? CrashHook { get; init; }

    /// <summary>Whether the run goes on that an earlier process has begun: the result that it had then is none any more.</summary>
    internal bool GoesOn { get; init; }
}

/// <summary>A line of a run's log.</summary>
/// <param name="run">The run.</param>
/// <param name="time">When it was written.</param>
/// <param name="level">How much it matters.</param>
/// <param name="message">The line, without secrets.</param>
internal sealed class LogRow(Guid run, DateTimeOffset time, FlowLogLevel level, string message) : HistoryRow
{
    internal override Guid RunId => run;

    internal DateTimeOffset Time => time;

    internal FlowLogLevel Level => level;

    internal string Message => message;
}
