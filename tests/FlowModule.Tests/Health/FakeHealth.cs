using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Tests.Health;

internal sealed class FakeHealth : IHealthSource
{
    internal static readonly DateTimeOffset Time = new(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(1));

    internal HealthReport Report { get; set; } = new()
    {
        Status = HealthStatus.Ok,
        Time = Time,
        Heartbeat = Time.AddSeconds(-1),
        Started = Time.AddDays(-1),
        Schedules = 12,
        Running = 2,
        NextRun = Time.AddMinutes(1),
    };

    public HealthReport Now() => Report;
}
