namespace FlowModule.Engine.Schedules;

/// <summary>A schedule that cannot be: what was given says no time, or none that comes.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">What a person should know, as a whole sentence.</param>
/// <param name="innerException">What the reader of it threw.</param>
internal sealed class ScheduleException(ScheduleFault fault, string message, Exception? innerException = null) : FormatException(message, innerException)
{
    internal ScheduleFault Fault => fault;
}
