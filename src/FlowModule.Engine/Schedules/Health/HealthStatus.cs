namespace FlowModule.Engine.Schedules.Health;

/// <summary>The health of a scheduler.</summary>
internal enum HealthStatus
{
    /// <summary>It serves all its schedules.</summary>
    Ok,

    /// <summary>It works, but a schedule cannot be read, or the history cannot be used.</summary>
    Degraded,

    /// <summary>It starts nothing more, and waits for what still runs.</summary>
    Stopping,
}
