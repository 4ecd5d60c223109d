namespace FlowModule.Engine.Runs;

/// <summary>What a run needs next from whoever executes it.</summary>
internal enum RunStep
{
    /// <summary>Execute the body, and say how it ended.</summary>
    Execute,

    /// <summary>Nothing now: it waits for something, and wakes its executor when that has come.</summary>
    Wait,

    /// <summary>To be asked again by an executor that can call the user's scripts.</summary>
    Host,

    /// <summary>To be asked again by an executor of the run's own kind of isolation.</summary>
    Elsewhere,

    /// <summary>Nothing: it is over.</summary>
    Done,
}
