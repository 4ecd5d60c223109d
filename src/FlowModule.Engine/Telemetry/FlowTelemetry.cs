using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FlowModule.Engine.Telemetry;

/// <summary>
/// The <see cref="ActivitySource"/> and the <see cref="Meter"/> of the module, both named FlowModule. They are created with the first run.
/// Nothing else is prepared without a listener.
/// </summary>
internal static class FlowTelemetry
{
    private const string Name = "FlowModule";

    private static readonly string? Version = typeof(FlowTelemetry).Assembly.GetName().Version?.ToString(fieldCount: 3);

    internal static readonly ActivitySource Source = new(Name, Version);

    internal static readonly RunMetrics Metrics = new(new Meter(Name, Version));

    /// <summary>Whether there is a listener now.</summary>
    internal static bool IsWanted => Source.HasListeners() || Metrics.AreWanted;
}
