namespace FlowModule.Engine.Schedules.Health;

/// <summary>The health of a scheduler at a moment.</summary>
internal sealed record HealthReport
{
    /// <summary>A loop that has not turned for this long is stuck.</summary>
    internal static readonly TimeSpan HeartbeatLimit = TimeSpan.FromSeconds(30);

    internal required HealthStatus Status { get; init; }

    /// <summary>The moment of the report.</summary>
    internal required DateTimeOffset Time { get; init; }

    /// <summary>When the scheduler's loop last turned. It turns at least every ten seconds, even if nothing is due.</summary>
    internal required DateTimeOffset Heartbeat { get; init; }

    /// <summary>When the scheduler started.</summary>
    internal required DateTimeOffset Started { get; init; }

    /// <summary>How many scheduled flows it serves.</summary>
    internal required int Schedules { get; init; }

    /// <summary>How many of them run.</summary>
    internal required int Running { get; init; }

    /// <summary>When it starts the next one, or null.</summary>
    internal DateTimeOffset? NextRun { get; init; }

    /// <summary>The last error in the scheduler itself, or null. A failed flow is not such an error.</summary>
    internal string? LastError { get; init; }

    /// <summary>When that was, or null.</summary>
    internal DateTimeOffset? LastErrorTime { get; init; }

    /// <summary>Whether its loop turns.</summary>
    internal bool IsAlive => Time - Heartbeat <= HeartbeatLimit;

    /// <summary>Whether all is well.</summary>
    internal bool IsOk => Status == HealthStatus.Ok && IsAlive;
}
