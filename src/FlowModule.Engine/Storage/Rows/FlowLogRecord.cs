using FlowModule.Engine.States;

namespace FlowModule;

/// <summary>A line of a run's log: output of the run to one of its streams, or a state that it entered.</summary>
public sealed class FlowLogRecord
{
    /// <summary>When the line was written, in local time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The severity.</summary>
    public required FlowLogLevel Level { get; init; }

    /// <summary>The name of the run that wrote it.</summary>
    public required string RunName { get; init; }

    /// <summary>The name of the run's flow or task.</summary>
    public required string FlowName { get; init; }

    /// <summary>The text.</summary>
    public required string Message { get; init; }

    /// <summary>The id of the run that wrote it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Whether the line reports a state that the run entered, instead of output of the run.</summary>
    public bool IsState { get; init; }

    /// <summary>Whether the line reports the run's end. Output from the same moment comes before it.</summary>
    internal bool IsEnd { get; init; }

    /// <summary>The line's position in the history: later lines have larger numbers. 0 for a state.</summary>
    internal long Number { get; init; }

    /// <summary>Returns the line that reports a state.</summary>
    internal static FlowLogRecord Of(FlowStateRecord state, Guid runId, string runName, string flowName) => new()
    {
        Time = state.Timestamp,
        Level = LevelOf(state),
        RunName = runName,
        FlowName = flowName,
        RunId = runId,
        Message = state.Message is null ? state.Name : $"{state.Name}: {state.Message}",
        IsState = true,
        IsEnd = FlowState.IsFinalType(state.Type),
    };

    private static FlowLogLevel LevelOf(FlowStateRecord state) => state switch
    {
        { Type: StateType.Failed or StateType.Crashed } => FlowLogLevel.Error,
        { Type: StateType.Cancelling or StateType.Cancelled } or { Name: StateNames.AwaitingRetry } => FlowLogLevel.Warning,
        _ => FlowLogLevel.Information,
    };

    /// <summary>The line for display.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} | {Level,-11} | {RunName} | {Message}");
}
