namespace FlowModule.Engine.Runs.Driving;

/// <summary>Where a run is on its way, in this order. A stop in any phase before the body goes on to the end; a retry goes back to the delay.</summary>
internal enum RunPhase
{
    /// <summary>It waits for what it depends on, and looks for a result that it can take over.</summary>
    Prepare,

    /// <summary>It waits for its next attempt.</summary>
    Delay,

    /// <summary>It waits for slots of its limits.</summary>
    Limits,

    /// <summary>It enters Running.</summary>
    Start,

    /// <summary>Its hooks are called before the body.</summary>
    OnRunning,

    /// <summary>Its body is to be executed.</summary>
    Execute,

    /// <summary>The body executes, or what it has started.</summary>
    Body,

    /// <summary>The attempt has an outcome.</summary>
    Settle,

    /// <summary>Its hooks and rollbacks are called.</summary>
    Calls,

    /// <summary>Nothing more happens to it.</summary>
    Over,
}
