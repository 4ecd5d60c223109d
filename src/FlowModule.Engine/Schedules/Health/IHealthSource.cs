namespace FlowModule.Engine.Schedules.Health;

/// <summary>Tells how a scheduler fares.</summary>
internal interface IHealthSource
{
    /// <summary>How it fares now. Called from any thread at any time; it waits for nothing.</summary>
    HealthReport Now();
}
