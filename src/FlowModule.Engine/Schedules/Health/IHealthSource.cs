namespace FlowModule.Engine.Schedules.Health;

/// <summary>Reports the health of a scheduler.</summary>
internal interface IHealthSource
{
    /// <summary>The current health. Called from any thread at any time; never blocks.</summary>
    HealthReport Now();
}
