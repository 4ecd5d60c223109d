namespace FlowModule.Engine.Storage.Rows;

/// <summary>A run as a store has it.</summary>
/// <param name="Run">What the run is.</param>
/// <param name="State">The state that it is in.</param>
internal sealed record RunSnapshot(RunRow Run, FlowStateRecord State)
{
    /// <summary>How many states it has been in, with the one that it was made in.</summary>
    internal required int StateCount { get; init; }

    internal required bool IsOver { get; init; }

    /// <summary>When the body first started, or null.</summary>
    internal DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null.</summary>
    internal DateTimeOffset? EndTime { get; init; }

    internal int Attempt { get; init; }

    internal int ErrorCount { get; init; }

    /// <summary>The computer that it runs on, as far as that is known.</summary>
    internal string? ComputerName { get; init; }

    /// <summary>The id of the process that it runs in, as far as that is known.</summary>
    internal int? ProcessId { get; init; }

    /// <summary>The version of the module that runs it, as far as that is known.</summary>
    internal string? ModuleVersion { get; init; }
}
