namespace FlowModule.Engine.Schedules;

/// <summary>What is wrong with a schedule.</summary>
internal enum ScheduleFault
{
    /// <summary>A part of it cannot be understood or is out of range.</summary>
    Invalid,

    /// <summary>It is valid but has no future occurrence.</summary>
    NeverFires,

    /// <summary>The machine does not know the time zone.</summary>
    UnknownTimeZone,
}
