namespace FlowModule.Wire;

/// <summary>What needs a peer.</summary>
internal interface IPeerNeed
{
    /// <summary>Whether the peer is still needed.</summary>
    bool IsNeeded { get; }

    /// <summary>Whether it is a run that had begun, and whose peer was lost: it goes before those that have not begun.</summary>
    bool BeginsAgain => false;

    /// <summary>There is no peer so far, and it may take any time until there is one.</summary>
    void NotServed(string why);

    /// <summary>None is free at the moment. Peers that are kept for later are given up, if that can help.</summary>
    void WaitsForPlace()
    {
        // Nothing is kept.
    }
}
