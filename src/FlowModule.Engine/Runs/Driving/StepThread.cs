namespace FlowModule.Engine.Runs.Driving;

/// <summary>Where a run's next step can be done.</summary>
internal enum StepThread
{
    /// <summary>On any thread: nothing is executed and no script is called.</summary>
    Any,

    /// <summary>Where the user's scripts can be called.</summary>
    Host,

    /// <summary>Where the run's body can be executed.</summary>
    Executor,
}
