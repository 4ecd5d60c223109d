namespace FlowModule.Engine.Runs.Driving;

/// <summary>What a run needs next from its executor.</summary>
internal enum RunStep
{
    /// <summary>Execute the body, and report its end.</summary>
    Execute,

    /// <summary>Nothing now: it waits, and will wake its executor.</summary>
    Wait,

    /// <summary>A call of Next by an executor that can call the user's scripts.</summary>
    Host,

    /// <summary>A call of Next by an executor of the run's own isolation.</summary>
    Elsewhere,

    /// <summary>Nothing: it is over.</summary>
    Done,
}
