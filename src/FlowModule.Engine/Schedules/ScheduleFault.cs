namespace FlowModule.Engine.Schedules;

/// <summary>What is wrong with a schedule.</summary>
internal enum ScheduleFault
{
    /// <summary>Something in it cannot be understood, or is out of its range.</summary>
    Invalid,

    /// <summary>It is understood, and names no time that is still to come.</summary>
    NeverFires,

    /// <summary>The machine knows no such time zone.</summary>
    UnknownTimeZone,
}
