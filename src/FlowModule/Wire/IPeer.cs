namespace FlowModule.Wire;

/// <summary>
/// The other end of a wire, which executes runs for this process: a process that was started, or whatever else there may be. It has said
/// <see cref="Greeting"/>.
/// </summary>
internal interface IPeer : IDisposable
{
    /// <summary>The way to it.</summary>
    FrameChannel Channel { get; }

    /// <summary>What it writes, in a line of its own, to each of its standard streams behind what a run has written there.</summary>
    string Mark { get; }

    /// <summary>A run has ended: waits until all that was written straight to the peer's standard streams during it has come.</summary>
    void WaitForStray();

    /// <summary>The channel has ended: waits until the peer has, and says how, with its last words.</summary>
    string DescribeDeath();

    /// <summary>Ends it at once, with all that it has started.</summary>
    void Kill();
}
