using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FlowModule.Otlp;

/// <summary>Sends the spans and metrics of runs to a collector. OpenTelemetry reads the OTEL_ variables itself.</summary>
internal static class OtlpExport
{
    private const string Runs = "FlowModule";
    private const string None = "none";

    // A collector that does not answer must not delay the end of a script for long, unless the user says how long a request may take.
    private const int Patience = 5_000;

    /// <summary>Starts to listen.</summary>
    /// <returns>An action that sends the remaining data and ends.</returns>
    internal static Action Start()
    {
        // A name in OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES is added later and overrides this one.
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddService("flow", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(fieldCount: 3))
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        TracerProvider? spans = IsOff("OTEL_TRACES_EXPORTER") ? null : Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Runs).AddOtlpExporter().Build();
        MeterProvider? figures = IsOff("OTEL_METRICS_EXPORTER") ? null : Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Runs).AddOtlpExporter().Build();
        return () => Parallel.Invoke(
            () => spans?.Shutdown(PatienceFor("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT")),
            () => figures?.Shutdown(PatienceFor("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT")));
    }

    private static int PatienceFor(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable) ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            ? Math.Max(Patience, milliseconds)
            : Patience;

    private static bool IsOff(string variable) => string.Equals(Environment.GetEnvironmentVariable(variable), None, StringComparison.OrdinalIgnoreCase);
}
