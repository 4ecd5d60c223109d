namespace FlowModule.Engine.Storage.Leases;

/// <summary>What one end of a lease tells the other. The numbers are stored.</summary>
internal enum LeaseFrameKind
{
    /// <summary>Bytes of the wire.</summary>
    Data = 0,

    /// <summary>The worker's first frame: a process is ready for the caller. The bytes describe it.</summary>
    Granted = 1,

    /// <summary>The worker's only frame: it cannot serve the lease. The bytes are the reason, as a text.</summary>
    Refused = 2,

    /// <summary>A line that came straight from the standard streams of the executing process.</summary>
    Stray = 3,

    /// <summary>The worker's last frame: the executing process has died. The bytes are its description, as a text.</summary>
    Died = 4,

    /// <summary>The worker's last frame: it gives the lease back. A run that was sent and of which nothing was heard has not been started.</summary>
    Closed = 5,

    /// <summary>How many bytes the reader has taken. Only the line itself sends and sees it.</summary>
    Taken = 6,

    /// <summary>Bytes of the wire, with which the caller sends a run. Before them, readable for all, is the id of the run: by it another caller finds the frame.</summary>
    Run = 7,
}
