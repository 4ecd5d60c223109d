using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>What a line of output is about, for a host that writes it as data.</summary>
internal sealed record LineFacts
{
    internal static readonly LineFacts None = new();

    internal FlowLogLevel Level { get; init; } = FlowLogLevel.Information;

    /// <summary>The time of the line; null for now.</summary>
    internal DateTimeOffset? Time { get; init; }

    /// <summary>The line without its time; null for the text as it is shown.</summary>
    internal string? Text { get; init; }

    internal FlowRun? Run { get; init; }

    /// <summary>The name of the state that the line tells of.</summary>
    internal string? State { get; init; }

    /// <summary>The name of the scheduled flow that it is about.</summary>
    internal string? Schedule { get; init; }

    internal DateTimeOffset? ScheduledTime { get; init; }

    internal static LineFacts Of(FlowState state) => new() { Time = state.Timestamp, Run = state.Run, State = state.Name, Level = LevelOf(state.Type) };

    internal static LineFacts Of(LogLine line) => new()
    {
        Time = line.Time,
        Text = line.Text,
        Run = line.Run,
        State = line.State?.Name,
        Level = line.State is { } state ? LevelOf(state.Type) : line.Weight == FlowLogPreference.Failures ? FlowLogLevel.Warning : FlowLogLevel.Information,
    };

    private static FlowLogLevel LevelOf(StateType type) => type switch
    {
        StateType.Failed or StateType.Crashed => FlowLogLevel.Error,
        StateType.Cancelled => FlowLogLevel.Warning,
        _ => FlowLogLevel.Information,
    };
}
