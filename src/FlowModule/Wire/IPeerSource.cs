namespace FlowModule.Wire;

/// <summary>Where a worker gets the peers that execute its runs.</summary>
internal interface IPeerSource
{
    /// <summary>How many peers may start the same run, one after another, if they are lost: a body that had begun begins again.</summary>
    int MostStarts => 1;

    /// <summary>How many may connect at once; null if that need not be limited.</summary>
    SemaphoreSlim? Turns => null;

    /// <summary>Connects to a peer, and waits until it has greeted. Null if it is not needed any more.</summary>
    /// <param name="stray">Receives the lines that come straight from the peer's standard streams.</param>
    /// <param name="need">Who needs it.</param>
    /// <exception cref="WorkerStartException">There is none.</exception>
    IPeer? Connect(Action<string> stray, IPeerNeed need);

    /// <summary>A peer has executed a run.</summary>
    void Worked(IPeer peer)
    {
        // Nothing depends on it, unless there are several machines.
    }

    /// <summary>A peer was lost.</summary>
    void Lost(IPeer peer, string reason)
    {
        // As above.
    }

    /// <summary>What a person must be told about peers, once; null if there is nothing.</summary>
    string? TakeWarning() => null;
}
