using FlowModule.Engine.Loading;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// Sends spans and metrics to a collector, if OpenTelemetry's standard variables ask for it. The exporter is loaded only then, and into its own
/// load context, because a script may bring another version.
/// </summary>
internal static class TelemetryExport
{
    private const string Protocol = "otlp";

    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
    private static readonly string[] Exporters = ["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"];

    private static bool IsAskedFor =>
        !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && (Array.Exists(Endpoints, name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })
            || Array.Exists(Exporters, name => string.Equals(Environment.GetEnvironmentVariable(name), Protocol, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Starts the export, and returns an action that ends it. Errors are reported, but stop nothing.</summary>
    internal static Action Start()
    {
        if (!IsAskedFor)
        {
            return static () => { };
        }

        try
        {
            return PrivateAssemblies.Method<Func<Action>>("otlp", "FlowModule.Otlp.OtlpExport", "Start")();
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine($"flow: No telemetry is sent. {exception.GetBaseException().Message}");
            return static () => { };
        }
    }
}
