namespace FlowModule.Engine.Schedules.Health;

/// <summary>How a scheduler fares at a time.</summary>
internal sealed record HealthReport
{
    /// <summary>A loop that has not gone round for this long stands still.</summary>
    internal static readonly TimeSpan HeartbeatLimit = TimeSpan.FromSeconds(30);

    internal required HealthStatus Status { get; init; }

    /// <summary>The time that the report is of.</summary>
    internal required DateTimeOffset Time { get; init; }

    /// <summary>When the scheduler's loop last went round. It goes round at least each ten seconds, whether something is due or not.</summary>
    internal required DateTimeOffset Heartbeat { get; init; }

    /// <summary>Since when the scheduler serves.</summary>
    internal required DateTimeOffset Started { get; init; }

    /// <summary>How many scheduled flows it serves.</summary>
    internal required int Schedules { get; init; }

    /// <summary>How many of them run.</summary>
    internal required int Running { get; init; }

    /// <summary>When it starts the next one, or null.</summary>
    internal DateTimeOffset? NextRun { get; init; }

    /// <summary>The last thing that went wrong in the scheduler itself, or null. That a flow failed is none.</summary>
    internal string? LastError { get; init; }

    /// <summary>When that was, or null.</summary>
    internal DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>Whether its loop goes round.</summary>
    internal bool IsAlive => Time - Heartbeat <= HeartbeatLimit;

    /// <summary>Whether all is well.</summary>
    internal bool IsOk => Status == HealthStatus.Ok && IsAlive;
}
