using System.Management.Automation;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrations;

/// <summary>What is wrong with a schedule, as the error that a person sees.</summary>
internal static class ScheduleFaults
{
    /// <param name="exception">What is wrong.</param>
    /// <param name="target">What it is wrong with.</param>
    /// <param name="place">Where it was written, or null.</param>
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
