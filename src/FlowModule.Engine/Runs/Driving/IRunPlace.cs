namespace FlowModule.Engine.Runs.Driving;

/// <summary>
/// A place for a run in its fan-out. A run that waits for others in the middle of its body lends it to them, so that they
/// can run whatever the limit is.
/// </summary>
internal interface IRunPlace
{
    void Lend(FlowRun run);

    /// <summary>Takes the place back, and waits for it; unless the run is stopped in the meantime, or the attempt that lent it was abandoned.</summary>
    void Reclaim(FlowRun run, int attempt);

    /// <summary>The body has ended, but runs that it has started have not: the run needs no place until it continues, if it does.</summary>
    void Leave(FlowRun run);
}
