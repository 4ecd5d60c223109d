namespace FlowModule.Engine.Schedules.Health;

/// <summary>How a scheduler fares.</summary>
internal enum HealthStatus
{
    /// <summary>It serves all its schedules.</summary>
    Ok,

    /// <summary>It serves, but not all is well: a schedule cannot be read, or the history cannot be used.</summary>
    Degraded,

    /// <summary>It starts nothing any more, and waits for what still runs.</summary>
    Stopping,
}
