namespace FlowModule.Engine.History;

/// <summary>One thing that a run gives its history to keep.</summary>
internal abstract class HistoryEntry(RunRecording recording)
{
    internal RunRecording Recording => recording;
}

/// <summary>A state that a run has come to.</summary>
/// <param name="recording">The run's.</param>
/// <param name="state">The state.</param>
/// <param name="number">Which of the run's states it is, from 0.</param>
/// <param name="isOver">Whether the run never leaves it.</param>
/// <param name="result">The result, if it carries one.</param>
/// <param name="error">The error, if it carries one.</param>
internal sealed class StateEntry(RunRecording recording, FlowState state, int number, bool isOver, EncodedValue result, EncodedValue error)
    : HistoryEntry(recording)
{
    internal FlowState State => state;

    internal int Number => number;

    internal bool IsOver => isOver;

    internal EncodedValue Result => result;

    internal EncodedValue Error => error;

    /// <summary>The state's message, without secrets.</summary>
    internal string? Message { get; init; }

    internal int Attempt { get; init; }

    internal int ErrorCount { get; init; }

    /// <summary>Whether no later state of the run is in the same batch: what the run is now is written once.</summary>
    internal bool IsLatest { get; set; }
}

/// <summary>A line of a run's log.</summary>
internal sealed class LogEntry(RunRecording recording, DateTimeOffset time, FlowLogLevel level, string message) : HistoryEntry(recording)
{
    internal DateTimeOffset Time => time;

    internal FlowLogLevel Level => level;

    internal string Message => message;
}
