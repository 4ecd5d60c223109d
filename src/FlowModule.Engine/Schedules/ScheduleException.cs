namespace FlowModule.Engine.Schedules;

/// <summary>A schedule is invalid or has no future occurrence.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">The explanation for the user, as a complete sentence.</param>
/// <param name="innerException">The parser's exception.</param>
internal sealed class ScheduleException(ScheduleFault fault, string message, Exception? innerException = null) : FormatException(message, innerException)
{
    internal ScheduleFault Fault => fault;
}
