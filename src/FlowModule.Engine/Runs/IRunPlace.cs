namespace FlowModule.Engine.Runs;

/// <summary>
/// A place among those that run at once. A run that waits for others in the middle of its body lends it to them, so that what it
/// waits for can run whatever the limit is.
/// </summary>
internal interface IRunPlace
{
    void Lend(FlowRun run);

    /// <summary>Takes the place back, waiting for it; not when the run is stopped meanwhile, or the attempt that lent it has been given up.</summary>
    void Reclaim(FlowRun run, int attempt);

    /// <summary>The body has ended, and what it has started has not: the run needs no place until it goes on, if it does.</summary>
    void Leave(FlowRun run);
}
