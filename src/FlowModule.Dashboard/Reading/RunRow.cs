namespace FlowModule.Dashboard.Reading;

/// <summary>A run as the pages show it.</summary>
public sealed record RunRow
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string FlowName { get; init; }

    public required RunKind Kind { get; init; }

    public required StateType State { get; init; }

    public required string StateName { get; init; }

    internal string? Message { get; init; }

    public required DateTimeOffset Changed { get; init; }

    public required DateTimeOffset Created { get; init; }

    internal DateTimeOffset? Started { get; init; }

    internal DateTimeOffset? Ended { get; init; }

    public required bool IsOver { get; init; }

    public required TimeSpan Duration { get; init; }

    internal int Attempt { get; init; }

    internal int Errors { get; init; }

    internal IReadOnlyList<string> Tags { get; init; } = [];

    internal Guid? Parent { get; init; }

    public required Guid Root { get; init; }

    internal Guid? RestartOf { get; init; }

    internal string? Schedule { get; init; }

    internal DateTimeOffset? ScheduledTime { get; init; }

    internal string? ScriptPath { get; init; }

    internal int? ScriptLine { get; init; }

    internal string? ScriptHash { get; init; }

    /// <summary>The other machine that the body ran on, or null.</summary>
    internal string? Host { get; init; }

    internal string? Computer { get; init; }

    internal int? Process { get; init; }

    internal string? ModuleVersion { get; init; }

    /// <summary>The depth below the run at the top.</summary>
    internal int Depth { get; init; }

    internal bool HasFailed => State is StateType.Failed or StateType.Crashed;

    /// <summary>Whether a flow run can be resumed.</summary>
    internal bool IsResumable => Kind == RunKind.Flow && IsOver && State != StateType.Completed;

    internal bool IsRestartable => Kind == RunKind.Flow && IsOver;
}
