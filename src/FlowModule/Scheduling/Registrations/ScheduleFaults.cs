using System.Management.Automation;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Converts schedule exceptions to the errors that users see.</summary>
internal static class ScheduleFaults
{
    /// <param name="exception">The exception.</param>
    /// <param name="target">The target object of the error.</param>
    /// <param name="place">The file and line, or null.</param>
    internal static FlowException ToError(ScheduleException exception, object? target, string? place = null)
    {
        (string id, ErrorCategory category) = exception.Fault switch
        {
            ScheduleFault.NeverFires => ("FlowScheduleNeverFires", ErrorCategory.InvalidArgument),
            ScheduleFault.UnknownTimeZone => ("FlowTimeZoneNotFound", ErrorCategory.ObjectNotFound),
            _ => ("FlowScheduleInvalid", ErrorCategory.InvalidArgument),
        };
        return new FlowException(place is null ? exception.Message : $"{place}: {exception.Message}", id, category, target, exception);
    }
}
