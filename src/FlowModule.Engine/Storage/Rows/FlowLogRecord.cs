using FlowModule.Engine.States;

namespace FlowModule;

/// <summary>A line of a run's log: what the run wrote to one of its streams, or a state that it came to.</summary>
public sealed class FlowLogRecord
{
    /// <summary>When it was written, in local time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How much it matters.</summary>
    public required FlowLogLevel Level { get; init; }

    /// <summary>The name of the run that wrote it.</summary>
    public required string RunName { get; init; }

    /// <summary>The name of the flow or task that this is a run of.</summary>
    public required string FlowName { get; init; }

    /// <summary>What was written.</summary>
    public required string Message { get; init; }

    /// <summary>The id of the run that wrote it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Whether it tells of a state that the run came to; else the run wrote it.</summary>
    public bool IsState { get; init; }

    /// <summary>Whether it tells of the run's end: what the run wrote at that moment comes before it.</summary>
    internal bool IsEnd { get; init; }

    /// <summary>Where the line stands in the history: a later line has a larger number. 0 for a state.</summary>
    internal long Number { get; init; }

    /// <summary>The line that tells of a state.</summary>
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

    /// <summary>The line as people read it.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} | {Level,-11} | {RunName} | {Message}");
}
