namespace FlowModule.Engine.Storage.Rows;

/// <summary>A run as read from a store.</summary>
/// <param name="Run">The run's unchanging data.</param>
/// <param name="State">The current state.</param>
internal sealed record RunSnapshot(RunRow Run, FlowStateRecord State)
{
    /// <summary>How many states it has entered, including its first.</summary>
    internal required int StateCount { get; init; }

    internal required bool IsOver { get; init; }

    /// <summary>When the body first started, or null.</summary>
    internal DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null.</summary>
    internal DateTimeOffset? EndTime { get; init; }

    internal int Attempt { get; init; }

    internal int ErrorCount { get; init; }

    /// <summary>The other machine that executes the body, or did last; null for the one of its process.</summary>
    internal string? HostName { get; init; }

    /// <summary>The computer of its process, if known.</summary>
    internal string? ComputerName { get; init; }

    /// <summary>The id of its process, if known.</summary>
    internal int? ProcessId { get; init; }

    /// <summary>The version of the module that executes it, if known.</summary>
    internal string? ModuleVersion { get; init; }
}
