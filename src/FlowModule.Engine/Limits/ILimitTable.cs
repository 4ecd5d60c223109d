namespace FlowModule.Engine.Limits;

/// <summary>
/// The limits that runs share, and the holders of their slots. A request need not be decided at once: an
/// implementation may manage limits for several processes, and learn of a free slot later.
/// </summary>
/// <remarks>
/// A request gets all its slots at once or none, so that no two requests can block each other. Each limit serves waiting requests in
/// order, so that none waits forever, however many limits it needs; requests to get lent slots back go first.
/// Callbacks are made outside of any lock, on any thread. They must be quick, must not throw, and must not
/// wait: other callbacks may wait for them to return.
/// </remarks>
internal interface ILimitTable
{
    /// <summary>
    /// Creates a limit, or changes the existing one. A raised limit releases waiting requests at once; a lowered limit takes
    /// no slot away.
    /// </summary>
    /// <param name="name">The limit's name, in any case.</param>
    /// <param name="maxConcurrency">The number of slots, at least 1. Null: any number.</param>
    /// <param name="perSecond">How many requests are granted within any one second, at least 1. Null: any number.</param>
    FlowLimit Set(string name, int? maxConcurrency, int? perSecond);

    /// <summary>The limit with this name, or null.</summary>
    FlowLimit? Find(string name);

    /// <summary>Removes a limit: waiting requests no longer need it, and its slots are forgotten. False if it does not exist.</summary>
    bool Remove(string name);

    /// <summary>All limits, by name.</summary>
    FlowLimit[] All();

    /// <summary>
    /// Requests a slot of each of the limits. A name without a limit limits nothing; to detect a
    /// misspelled name, use <see cref="Find"/> first.
    /// </summary>
    /// <param name="limits">The names of the limits. A repeated name counts once.</param>
    /// <param name="granted">
    /// Called once, when the slots are granted, unless <see cref="LimitLease.IsGranted"/> says that they were granted at once.
    /// </param>
    LimitLease Request(IReadOnlyList<string> limits, Action granted);

    /// <summary>Takes over the slots of a run from another process, because this process executes the run. Null if processes share no limits.</summary>
    LimitLease? Adopt(SharedClaim claim);
}

/// <summary>A request from the view of its table; a <see cref="LimitLease"/> forwards to it.</summary>
internal interface ILimitClaim
{
    bool IsHeld { get; }

    /// <summary>The part that another process can take over; null if other processes know of no slots.</summary>
    SharedClaim? Shared { get; }

    void GiveUp();

    void Lend();

    bool Reclaim(Action granted);

    bool Regain(Action granted);
}
