namespace FlowModule.Wire;

/// <summary>
/// The other end of a wire, which executes runs for this process, such as a started process. It has already sent its
/// <see cref="Greeting"/>.
/// </summary>
internal interface IPeer : IDisposable
{
    /// <summary>The channel to it.</summary>
    FrameChannel Channel { get; }

    /// <summary>The name of its machine; null for this one.</summary>
    string? HostName => null;

    /// <summary>Whether it opens the histories of its runs itself. Otherwise it sends what is to be recorded.</summary>
    bool OpensHistories => HostName is null;

    /// <summary>The line that it writes to each of its standard streams after the output of a run.</summary>
    string Mark { get; }

    /// <summary>Whether it left by itself, between two runs.</summary>
    bool HasLeft => false;

    /// <summary>Whether it is gone for a reason that cannot be what it was sent: it left, or what served it is gone. A run that it had not started goes to any number of others.</summary>
    bool IsGone => HasLeft;

    /// <summary>Whether it is known, before anything is sent, that nothing more can be. That this is false proves nothing.</summary>
    bool HasEnded => false;

    /// <summary>
    /// Whether it has its run already, from a process that has died: only what it answers is read, from the beginning of the run, and stops are sent. It
    /// executes no other run.
    /// </summary>
    bool IsUnderWay => false;

    /// <summary>Called before a run is sent.</summary>
    void Sending(FlowRun run)
    {
        // Nobody else can find it there, unless what is sent is kept.
    }

    /// <summary>Called after a run: waits for all output that went directly to the peer's standard streams during the run.</summary>
    void WaitForStray();

    /// <summary>Called when the channel has ended: waits for the peer's end, and describes it, with its last output.</summary>
    string DescribeDeath();

    /// <summary>Kills it and all processes that it has started.</summary>
    void Kill();
}
