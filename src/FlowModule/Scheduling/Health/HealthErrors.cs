using System.Management.Automation;

namespace FlowModule.Scheduling.Health;

/// <summary>Errors of health reporting.</summary>
internal static class HealthErrors
{
    internal static FlowException FileNotWritten(string path, Exception exception) => new(
        $"The health file '{path}' cannot be written: {exception.Message}", "FlowHealthFileNotWritten", ErrorCategory.WriteError, path, exception);

    internal static FlowException PortUnavailable(int port, string address, Exception exception) => new(
        $"The health port {port} of {address} is not available: {exception.Message.TrimEnd('.')}. Choose another with -HealthPort.",
        "FlowHealthPortUnavailable", ErrorCategory.ResourceUnavailable, port, exception);
}
