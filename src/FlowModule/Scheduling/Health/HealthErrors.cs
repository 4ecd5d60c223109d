using System.Management.Automation;

namespace FlowModule.Scheduling.Health;

/// <summary>Converts health exceptions to the errors that users see.</summary>
internal static class HealthErrors
{
    internal static FlowException ToError(HealthException exception) => exception.Path is { } path
        ? new FlowException(exception.Message, "FlowHealthFileNotWritten", ErrorCategory.WriteError, path, exception.InnerException)
        : new FlowException(exception.Message, "FlowHealthPortUnavailable", ErrorCategory.ResourceUnavailable, exception.Port, exception.InnerException);
}
